// How sums are drawn: at the desk, and by who takes the styles of these layers.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import { classes, ramp, releaseClasses, type Measure, type Shade } from "./palette";

const ink = (shade: Shade) => (shade === "dark" ? "#ffffff" : "#15191e");

/** Groups and bins follow the smallest cells, which from afar would be specks. */
export const wide = (colour: ExpressionSpecification) => ({
  layout: { "line-join": "round" as const },
  paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 5, 11, 6, 14, 1] as ExpressionSpecification },
});

/** The layers of a measure of the work; grouped when it comes in groups of dwellings and not in cells. */
export function workLayers(measure: Measure, grouped: boolean, shade: Shade): LayerSpecification[] {
  const value: ExpressionSpecification =
    measure === "finished"
      ? ["/", ["*", 100, ["get", "finished"]], ["max", 1, ["+", ["get", "finished"], ["get", "to_visit"]]]]
      : ["get", measure];
  const colours = ramp(measure, shade);
  const bounds = classes(measure, grouped);
  const steps = bounds.flatMap((bound, i) => (i === 0 && bound === 0 ? [] : [bound, colours[i]!]));
  const first = bounds[0] === 0 ? colours[0]! : "rgba(0,0,0,0)";
  const colour = ["step", value, first, ...steps] as ExpressionSpecification;
  const from = { source: "work", "source-layer": "work" };
  const groups: LayerSpecification[] = grouped ? [{ id: "work-wide", type: "line", ...from, maxzoom: 14, ...wide(colour) }] : [];
  return [
    ...groups,
    { id: "work", type: "fill", ...from, paint: { "fill-color": colour, "fill-opacity": 0.78 } },
    {
      id: "work-edge", type: "line", ...from, minzoom: grouped ? 13 : 0,
      paint: { "line-color": ink(shade), "line-opacity": 0.28, "line-width": 0.7 },
    },
  ];
}

export const told: FilterSpecification = ["!=", ["get", "shown"], "withheld"];
export const withheld: FilterSpecification = ["==", ["get", "shown"], "withheld"];

/** The layers of a release, without those of what is withheld: that has no colour of the
 * ramp, as it is neither much nor little. */
export function releaseLayers(shade: Shade): LayerSpecification[] {
  const colours = ramp("to_visit", shade);
  const [first, ...others] = colours as [string, ...string[]];
  const steps = others.flatMap((colour, i) => [releaseClasses[i + 1]!, colour]);
  const colour = ["case", ["==", ["get", "shown"], "90_percent_or_more"], colours.at(-1)!, ["step", ["get", "count"], first, ...steps]] as ExpressionSpecification;
  const from = { source: "releases", "source-layer": "releases" };
  return [
    { id: "releases-wide", type: "line", ...from, maxzoom: 14, filter: told, ...wide(colour) },
    { id: "releases", type: "fill", ...from, filter: told, paint: { "fill-color": colour, "fill-opacity": 0.78 } },
    { id: "releases-edge", type: "line", ...from, minzoom: 13, paint: { "line-color": ink(shade), "line-opacity": 0.45, "line-width": 1 } },
  ];
}
