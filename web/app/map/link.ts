// Maps that stand side by side and show the same place.
import type { Map as LibreMap } from "maplibre-gl";

export class MapLink {
  #maps = new Set<LibreMap>();
  #moving = false;

  /** Has a map move with the others, until what is given is called. */
  join(map: LibreMap): () => void {
    const first = this.#maps.values().next().value;
    if (first) map.jumpTo({ center: first.getCenter(), zoom: first.getZoom() });
    const move = () => {
      if (this.#moving) return; // another map leads
      this.#moving = true;
      for (const other of this.#maps) if (other !== map) other.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
      this.#moving = false;
    };
    this.#maps.add(map);
    map.on("move", move);
    return () => {
      map.off("move", move);
      this.#maps.delete(map);
    };
  }
}
