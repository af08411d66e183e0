// Parts of the styles that the server puts together for a GIS or another page, made when
// the app is built: a layer looks and counts there as it does at the desk.
import type { LayerSpecification } from "maplibre-gl";
import en from "../i18n/en.json";
import zh from "../i18n/zh-Hans.json";
import type { Language } from "../i18n/index.svelte";
import { releaseLayers, withheld, workLayers } from "./heat";
import { classes, measures, ramp, releaseClasses, type Shade } from "./palette";
import { belowHills, belowRoads, ground, hills } from "./style";

export interface Class {
  /** The lower bound. */
  from: number;
  colour: string;
}

export interface Part {
  name: Record<Language, string>;
  unit: Record<Language, string>;
  classes: Class[];
  layers: LayerSpecification[];
}

export interface Styles {
  /** The layer of the ground below which data lies. */
  below: string;
  /** The layer of the ground below which hills are shaded. */
  belowHills: string;
  /** How, by look; its source is "heights". */
  hills: Record<string, LayerSpecification>;
  /** By look and language, as "light en". */
  grounds: Record<string, LayerSpecification[]>;
  /** By layer, look and, for the work, measure and kind of place, as "work light late cells". */
  parts: Record<string, Part>;
}

const shades: Shade[] = ["light", "dark", "sun"];
const words: Record<Language, Record<string, unknown>> = { en, "zh-Hans": zh };
const languages = Object.keys(words) as Language[];
const both = (key: string) => Object.fromEntries(languages.map((language) => [language, words[language][key]])) as Record<Language, string>;

export function styles(): Styles {
  const made: Styles = { below: belowRoads, belowHills, hills: {}, grounds: {}, parts: {} };
  for (const shade of shades) {
    made.hills[shade] = hills(shade);
    for (const language of languages) made.grounds[`${shade} ${language}`] = ground(shade, language);
    for (const measure of measures) {
      for (const places of ["cells", "groups"] as const) {
        const bounds = classes(measure, places === "groups");
        made.parts[`work ${shade} ${measure} ${places}`] = {
          name: both(`measure_${measure}`),
          unit: both(measure === "finished" ? "unit_percent" : `unit_${measure === "minutes" ? "minutes" : "households"}_${places}`),
          classes: bounds.map((from, i) => ({ from, colour: ramp(measure, shade)[i]! })),
          layers: workLayers(measure, places === "groups", shade),
        };
      }
    }
    made.parts[`releases ${shade}`] = {
      name: both("statistics"),
      unit: both("unit_households_groups"),
      classes: releaseClasses.map((from, i) => ({ from, colour: ramp("to_visit", shade)[i]! })),
      // No picture can be fetched for a hatch: grey is no colour of the ramp either.
      layers: [...releaseLayers(shade), {
        id: "releases-withheld", type: "fill", source: "releases", "source-layer": "releases", filter: withheld,
        paint: { "fill-color": shade === "dark" ? "#dcdcdc" : "#3c3c3c", "fill-opacity": 0.18 },
      }],
    };
  }
  return made;
}
