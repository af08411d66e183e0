// Colours of maps. Lightness of a ramp is monotonic, and neighbours stay apart
// under the three colour-vision deficiencies.
export type Shade = "light" | "dark" | "sun";

export interface Ground {
  land: string;
  /** Where people live and work. */
  built: string;
  /** Scree, bare rock, sand. */
  bare: string;
  /** Slopes away from the light and towards it. */
  hillShadow: string;
  hillLight: string;
  green: string;
  wood: string;
  water: string;
  waterLine: string;
  building: string;
  buildingLine: string;
  /** Roads that lead from town to town. */
  main: string;
  mainCase: string;
  road: string;
  roadCase: string;
  /** Streets and squares for who walks. */
  pedestrian: string;
  path: string;
  pathCase: string;
  rail: string;
  boundary: string;
  label: string;
  /** Labels that stand back. */
  quiet: string;
  halo: string;
  waterLabel: string;
  peak: string;
}

export const grounds: Record<Shade, Ground> = {
  light: {
    land: "#f6f4ef",
    built: "#ece9e2",
    bare: "#edebe8",
    hillShadow: "rgba(84, 78, 70, 0.55)",
    hillLight: "rgba(255, 255, 255, 0.7)",
    green: "#e1ebd6",
    wood: "#d3e2c8",
    water: "#b8d5e8",
    waterLine: "#93bfdb",
    building: "#dcd6cb",
    buildingLine: "#c3baab",
    main: "#fff6dc",
    mainCase: "#c9b78a",
    road: "#ffffff",
    roadCase: "#c9c4b9",
    pedestrian: "#f6efe4",
    path: "#94794f",
    pathCase: "#ffffff",
    rail: "#99958f",
    boundary: "#857da6",
    label: "#2b333b",
    quiet: "#4c555e",
    halo: "#ffffff",
    waterLabel: "#2c5f83",
    peak: "#6b5137",
  },
  dark: {
    land: "#14191e",
    built: "#1b2127",
    bare: "#1b1e21",
    hillShadow: "rgba(0, 0, 0, 0.75)",
    hillLight: "rgba(150, 172, 190, 0.28)",
    green: "#18241e",
    wood: "#15281f",
    water: "#123247",
    waterLine: "#1f4d6a",
    building: "#28313a",
    buildingLine: "#3a4651",
    main: "#5b6670",
    mainCase: "#0f1317",
    road: "#3d4751",
    roadCase: "#10151a",
    pedestrian: "#363a3c",
    path: "#8a7d62",
    pathCase: "#14191e",
    rail: "#56616c",
    boundary: "#7d85ad",
    label: "#e0e6ec",
    quiet: "#aeb8c2",
    halo: "#12161b",
    waterLabel: "#86bde0",
    peak: "#c9b08c",
  },
  sun: {
    land: "#ffffff",
    built: "#f0f0f0",
    bare: "#ebe7e2",
    hillShadow: "rgba(70, 60, 50, 0.4)",
    hillLight: "rgba(255, 255, 255, 0.6)",
    green: "#d9efca",
    wood: "#bfe0ad",
    water: "#8ec8f0",
    waterLine: "#2b7fb8",
    building: "#c8c8c8",
    buildingLine: "#5c5c5c",
    main: "#ffe487",
    mainCase: "#3a3a3a",
    road: "#ffffff",
    roadCase: "#4a4a4a",
    pedestrian: "#f3e3cd",
    path: "#6f3a00",
    pathCase: "#ffffff",
    rail: "#333333",
    boundary: "#3a2f66",
    label: "#000000",
    quiet: "#1d1d1d",
    halo: "#ffffff",
    waterLabel: "#00395c",
    peak: "#4a2c00",
  },
};

export type Measure = "to_visit" | "finished" | "late" | "minutes";
export const measures: Measure[] = ["to_visit", "finished", "late", "minutes"];

const overdue = ["#fff1b8", "#fed176", "#fb9a3c", "#d85c12", "#8c2d04"];
const overdueDark = ["#4a2b12", "#8c4a12", "#d07a1c", "#f7b24a", "#ffe9a8"];
const coverage = ["#fde725", "#7ad151", "#22a884", "#2a788e", "#414487"];
const demand = ["#d3e99c", "#97d0ad", "#4eb1bd", "#227dab", "#183f7d"];
const demandDark = ["#143a52", "#1d5f86", "#2a8fb0", "#67c4bf", "#d4f0b8"];

/** Five colours from little to much. */
export function ramp(measure: Measure, shade: Shade): string[] {
  const dark = shade === "dark";
  switch (measure) {
    case "late":
      return dark ? overdueDark : overdue;
    case "finished":
      return dark ? [...coverage].reverse() : coverage;
    default:
      return dark ? demandDark : demand;
  }
}

/** Lower bounds of the five classes of a measure, for cells and for groups of at least
 * 20 dwellings; finished is in percent. */
const bounds: Record<"cells" | "groups", Record<Measure, number[]>> = {
  cells: {
    to_visit: [1, 3, 6, 11, 21],
    finished: [0, 20, 40, 60, 80],
    late: [1, 2, 4, 7, 11],
    minutes: [1, 60, 180, 360, 720],
  },
  groups: {
    to_visit: [1, 11, 21, 31, 51],
    finished: [0, 20, 40, 60, 80],
    late: [1, 3, 6, 11, 21],
    minutes: [1, 180, 360, 720, 1440],
  },
};

export function classes(measure: Measure, grouped: boolean): number[] {
  return bounds[grouped ? "groups" : "cells"][measure];
}

/** Lower bounds of the five classes of a published number. */
export const releaseClasses = [10, 20, 40, 80, 160];

/** Colours that keep workers apart; used in turn. */
export const routeColours = [
  "#0b57a4", "#b3261e", "#1b6e3c", "#7b3fa0", "#a35200", "#00707c", "#8a2a5b",
  "#4b6a00", "#3f4fb5", "#6b4a2f", "#00624a", "#9c3b00", "#515c68",
];

export function routeColour(index: number): string {
  return routeColours[index % routeColours.length]!;
}
