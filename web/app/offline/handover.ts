// What was not sent, as a file that only the server can read: the desk takes it in.
import type { Kept, OutboxStore } from "./store";

/** The file of what one account recorded. */
export async function fileOf(store: Pick<OutboxStore, "boxed">, account: string, kept: readonly Kept[]): Promise<Blob> {
  const sealed = (await store.boxed(kept)).map(({ id, box }) => ({ id, box }));
  return new Blob([JSON.stringify({ form: "rounds-phone-1", account, sealed })], { type: "application/json" });
}

/** Saves a file where the browser puts what is downloaded. */
export function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
