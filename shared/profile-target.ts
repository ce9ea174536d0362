// In: what a profile samples, as the model or the API says it. Out: a short name of it; hostile text as it came.

type NamedTarget =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'cgroup'; readonly path: string }
  | { readonly kind: 'job'; readonly job: string }
  | { readonly kind: 'node' }
  | { readonly kind: 'file'; readonly name: string };

export function targetName(target: NamedTarget): string {
  switch (target.kind) {
    case 'process':
      return String(target.pid);
    case 'job':
      return `job ${target.job}`;
    case 'cgroup':
      return target.path;
    case 'node':
      return 'node';
    case 'file':
      return target.name;
  }
}
