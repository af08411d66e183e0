// Views that somebody wants to come back to: an address with extent, layer and period,
// kept in this browser. There is nothing else in it, and no list of places.
export interface SavedView {
  title: string;
  query: string;
}

/** What of an address a saved view holds. */
const held = ["view", "layer", "by", "release", "beside", "round", "area", "at"];
const most = 20;

export function viewOf(search: string): string {
  const query = new URLSearchParams(search);
  return new URLSearchParams(held.flatMap((name) => (query.has(name) ? [[name, query.get(name)!]] : []))).toString();
}

export class SavedViews {
  all = $state<SavedView[]>(read());

  save(title: string, search: string) {
    const view = { title, query: viewOf(search) };
    this.#keep([view, ...this.all.filter((one) => one.query !== view.query)].slice(0, most));
  }

  remove(view: SavedView) {
    this.#keep(this.all.filter((one) => one !== view));
  }

  #keep(all: SavedView[]) {
    this.all = all;
    localStorage.setItem("views", JSON.stringify(all));
  }
}

function read(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem("views") ?? "[]");
    return Array.isArray(kept) ? kept.filter((one): one is SavedView => typeof one?.title === "string" && typeof one?.query === "string") : [];
  } catch {
    return []; // somebody else's
  }
}
