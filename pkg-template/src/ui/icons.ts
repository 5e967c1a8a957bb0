// Line icons on a grid of 24, drawn for this package.

const PATHS = {
  card: [
    "M3 7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
    "M8.5 12a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z",
    "M5.8 15.8c.5-1.3 1.5-2 2.7-2s2.2.7 2.7 2",
    "M14 9.5h4",
    "M14 13h3",
  ],
  passport: [
    "M6 3h11a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 17 21H6z",
    "M12.25 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "M9.05 10h6.4",
    "M9.3 17h6",
  ],
  car: [
    "M3 7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
    "M6.5 14.5v-2l1.3-2.7a1 1 0 0 1 .9-.6h3.6a1 1 0 0 1 .9.6l1.3 2.7v2z",
    "M8.3 14.5v1",
    "M12.7 14.5v1",
    "M17 10v4",
  ],
  face: [
    "M12 14a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
    "M5.5 20c1-3 3.5-4.5 6.5-4.5s5.5 1.5 6.5 4.5",
    "M3 7V5a2 2 0 0 1 2-2h2",
    "M17 3h2a2 2 0 0 1 2 2v2",
  ],
  pin: [
    "M12 21c4.5-4.2 7-7.6 7-11a7 7 0 1 0-14 0c0 3.4 2.5 6.8 7 11z",
    "M12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  ],
  upload: ["M12 16V5", "M7.5 9.5 12 5l4.5 4.5", "M4.5 16v2a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-2"],
  swap: ["M4 9a8 8 0 0 1 14-3l2 2", "M20 4v4h-4", "M20 15a8 8 0 0 1-14 3l-2-2", "M4 20v-4h4"],
  camera: [
    "M4 8a2 2 0 0 1 2-2h2l1.5-2h5L16 6h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z",
    "M12 15.8a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z",
  ],
  torch: ["M7 3h10v4l-2.5 3.5V20a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1v-9.5L7 7z", "M7 6.5h10", "M12 13v2"],
  lens: [
    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z",
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
    "M6.5 12A5.5 5.5 0 0 1 12 6.5",
  ],
  check: ["M5 12.5 10 17.5 19 7"],
  warn: ["M12 4 2.8 19.5h18.4z", "M12 10v4.5", "M12 17v.2"],
  info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 11v5", "M12 8v.1"],
  help: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.9.4-1.2 1-1.2 1.8", "M12 16.6v.1"],
  chevron: ["M9 5.5 15.5 12 9 18.5"],
  lock: [
    "M6.5 11h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-6A1.5 1.5 0 0 1 6.5 11z",
    "M8 11V8a4 4 0 0 1 8 0v3",
  ],
  zoom: ["M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z", "M15.5 15.5 20 20", "M10.5 8v5", "M8 10.5h5"],
  offline: [
    "M3 3l18 18",
    "M5 12.5a10 10 0 0 1 4-2.3",
    "M8.5 16a5 5 0 0 1 6-.7",
    "M13 9.6a10 10 0 0 1 6 2.9",
    "M12 19.5v.1",
  ],
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon: the text beside it has the same meaning. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  for (const d of PATHS[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
