// Colours of maps. Lightness of a ramp is monotonic, and neighbours stay apart
// under the three colour-vision deficiencies.
export type Shade = "light" | "dark" | "sun";

export interface Ground {
  land: string;
  green: string;
  water: string;
  waterLine: string;
  building: string;
  buildingLine: string;
  road: string;
  roadCase: string;
  path: string;
  rail: string;
  boundary: string;
  label: string;
  halo: string;
  waterLabel: string;
}

export const grounds: Record<Shade, Ground> = {
  light: {
    land: "#f3f2ee",
    green: "#e3ebdb",
    water: "#c6dcec",
    waterLine: "#a9cbe2",
    building: "#e2dfd8",
    buildingLine: "#d0ccc3",
    road: "#ffffff",
    roadCase: "#d6d3cb",
    path: "#b9a98f",
    rail: "#b3b0aa",
    boundary: "#8d8aa0",
    label: "#333b44",
    halo: "#ffffff",
    waterLabel: "#3c6c8d",
  },
  dark: {
    land: "#161b20",
    green: "#1a2420",
    water: "#16303f",
    waterLine: "#1f4054",
    building: "#232a31",
    buildingLine: "#2f3841",
    road: "#38424c",
    roadCase: "#1f262d",
    path: "#5b5344",
    rail: "#47505a",
    boundary: "#6f7590",
    label: "#d6dde4",
    halo: "#12161b",
    waterLabel: "#7fb4d6",
  },
  sun: {
    land: "#ffffff",
    green: "#dff0d2",
    water: "#9fd0f2",
    waterLine: "#4b9fd3",
    building: "#cfcfcf",
    buildingLine: "#707070",
    road: "#ffffff",
    roadCase: "#5a5a5a",
    path: "#7a4a00",
    rail: "#444444",
    boundary: "#3a2f66",
    label: "#000000",
    halo: "#ffffff",
    waterLabel: "#003f66",
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
