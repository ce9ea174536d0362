// Line icons, drawn here so that nothing is loaded for them. Decoration only: the control carries the name.

const paths = {
  table: 'M2.5 3.5h11v9h-11zM2.5 6.500h11M2.5 9.500h11M6.500 6.500v6',
  chart: 'M2.5 13V3M2.5 13h11M5 10l2.5-3 2 1.8L13 4.5',
  chevron: 'M6 4l4 4-4 4',
  sun: 'M8 5.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  moon: 'M13 9.6A5.4 5.4 0 116.4 3 4.3 4.3 0 0013 9.6z',
  search: 'M7 2.8a4.2 4.2 0 100 8.4 4.2 4.2 0 000-8.4zM10.2 10.2l3.3 3.3',
  left: 'M10 3.5L5.5 8l4.5 4.5',
  right: 'M6 3.5L10.5 8 6 12.5',
  play: 'M5 3.2v9.6L12.6 8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  flame:
    'M8 1.8c.6 2.6 3.8 4 3.8 7.4A3.8 3.8 0 018 13.2a3.8 3.8 0 01-3.8-3.8c0-1.6.9-2.5 1.6-3.6.4 1 .8 1.3 1.3 1.6C7.300 5.500 7 3.500 8 1.800z',
  stop: 'M4.5 4.5h7v7h-7z',
  trash: 'M3 4.5h10M6.5 4.500V3h3v1.500M4.500 4.500l.6 8.500h5.800l.6-8.500',
  download: 'M8 2.500v7.500M5 7.200l3 3 3-3M3 13h10',
  close: 'M4 4l8 8M12 4l-8 8',
  warn: 'M8 2.500L14 13H2zM8 6.500v3M8 11.300v.1',
  info: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 7.500v3.500M8 5v.1',
  sandwich:
    'M2.500 5.500C2.500 3.500 5 2.500 8 2.500s5.500 1 5.500 3zM2.500 8h11M2.500 10.500h11v.5a2 2 0 01-2 2h-7a2 2 0 01-2-2z',
  upload: 'M8 10V2.500M5 5.300l3-3 3 3M3 13h10',
  link: 'M6.500 9.500l3-3M7 4.800l1.300-1.300a2.600 2.600 0 013.700 3.700L10.700 8.500M9 11.200l-1.300 1.300a2.600 2.600 0 01-3.700-3.700l1.300-1.300',
  flip: 'M8 2.500v11M5 5l3-2.500L11 5M5 11l3 2.500 3-2.500',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
