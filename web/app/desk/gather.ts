// Progress comes per grid; the list shows it for the areas above too.
import type { Area, Progress } from "../api/client";

export interface AreaRow {
  area: Area;
  depth: number;
  households: number;
  finished: number;
  late: number;
  minutes: number;
}

/** Areas of the round in the order of the tree, each with the sums of its grids. */
export function gather(areas: Area[], progress: Progress[]): AreaRow[] {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const rows = new Map<string, AreaRow>();
  for (const grid of progress) {
    for (let area = byId.get(grid.area_id); area; area = area.parent_id ? byId.get(area.parent_id) : undefined) {
      const row = rows.get(area.id) ?? { area, depth: 0, households: 0, finished: 0, late: 0, minutes: 0 };
      row.households += grid.households;
      row.finished += grid.finished;
      row.late += grid.late;
      row.minutes += grid.minutes_left;
      rows.set(area.id, row);
    }
  }
  const children = new Map<string | null, AreaRow[]>();
  for (const row of rows.values()) {
    const parent = row.area.parent_id && rows.has(row.area.parent_id) ? row.area.parent_id : null;
    children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const ordered: AreaRow[] = [];
  const walk = (parent: string | null, depth: number) => {
    const rows = (children.get(parent) ?? []).sort((a, b) => a.area.name.localeCompare(b.area.name, undefined, { numeric: true }));
    for (const row of rows) {
      ordered.push({ ...row, depth });
      walk(row.area.id, depth + 1);
    }
  };
  walk(null, 0);
  return ordered;
}

/** Of more rows than fit, the upper two levels (of those as many as fit) and, on the way to
 * the chosen area, each that is opened: it, those around it and those in it. */
export function fold(rows: AreaRow[], chosen: string | null, most: number): AreaRow[] {
  if (rows.length <= most) return rows;
  const byId = new Map(rows.map(({ area }) => [area.id, area]));
  const opened = new Set<string | null>();
  for (let area = chosen ? byId.get(chosen) : undefined; area; area = area.parent_id ? byId.get(area.parent_id) : undefined) opened.add(area.id);
  let upper = 0;
  return rows.filter(({ area, depth }) => opened.has(area.id) || (depth > 1 ? opened.has(area.parent_id) : upper++ < most));
}
