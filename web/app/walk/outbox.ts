// What was recorded and is not yet acknowledged. It is kept on the device before
// anything is sent, and goes only when the server has taken or refused it.
import { api, ask, Failure, type Schemas } from "../api/client";

export type Operation =
  | { kind: "visit"; id: string; body: Schemas["Visit"] }
  | { kind: "retract"; id: string }
  | { kind: "incident"; id: string; body: Schemas["NewIncident"] }
  | { kind: "consent"; id: string; body: Schemas["NewConsent"] }
  | { kind: "withdraw"; id: string }
  | { kind: "service_done"; id: string; body: Schemas["SupportDone"] }
  /** id is the household's from here on. */
  | { kind: "door_note"; id: string; body: Schemas["DoorNoteSeen"] }
  | { kind: "never_visit"; id: string };

export interface Watcher {
  changed(waiting: number, reachable: boolean): void;
  recorded(answer: Schemas["VisitRecorded"]): void;
  reported(answer: Schemas["Incident"]): void;
  refused(operation: Operation, why: Failure): void;
}

const retryAfter = 10_000;

export class Outbox {
  #operations: Operation[];
  #sending: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly account: string,
    readonly watcher: Watcher,
    readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem"> = localStorage,
    readonly send: (operation: Operation) => Promise<unknown> = sendToServer,
  ) {
    this.#operations = JSON.parse(store.getItem(this.#key) ?? "[]") as Operation[];
  }

  get #key() {
    return `outbox:${this.account}`;
  }

  get waiting(): readonly Operation[] {
    return this.#operations;
  }

  add(operation: Operation) {
    this.#operations.push(operation);
    this.#keep();
    this.watcher.changed(this.#operations.length, true);
    void this.flush();
  }

  /** Takes back what was not sent yet; false when it is on its way or gone. */
  takeBack(id: string): boolean {
    const at = this.#operations.findIndex((operation) => operation.id === id);
    if (at < 0 || (this.#sending && at === 0)) return false;
    this.#operations.splice(at, 1);
    this.#keep();
    return true;
  }

  /** Sends in order until all is sent or nobody answers; then tries again later. */
  flush(): Promise<void> {
    this.#sending ??= this.#run().finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #run() {
    clearTimeout(this.#timer);
    while (this.#operations.length > 0) {
      const operation = this.#operations[0]!;
      try {
        const answer = await this.send(operation);
        this.#settle(operation, answer);
      } catch (error) {
        const failure = error instanceof Failure ? error : new Failure(0, {});
        if (isFinal(failure)) {
          this.#drop();
          this.watcher.refused(operation, failure);
        } else {
          this.watcher.changed(this.#operations.length, false);
          this.#timer = setTimeout(() => void this.flush(), retryAfter);
          return;
        }
      }
      this.watcher.changed(this.#operations.length, true);
    }
  }

  #settle(operation: Operation, answer: unknown) {
    this.#drop();
    if (operation.kind === "visit") this.watcher.recorded(answer as Schemas["VisitRecorded"]);
    if (operation.kind === "incident") this.watcher.reported(answer as Schemas["Incident"]);
  }

  #drop() {
    this.#operations.shift();
    this.#keep();
  }

  #keep() {
    if (this.#operations.length === 0) this.store.removeItem(this.#key);
    else this.store.setItem(this.#key, JSON.stringify(this.#operations));
  }
}

/** Trying again would bring the same answer. Signing in again may help with 401. */
function isFinal(failure: Failure): boolean {
  return failure.status >= 400 && failure.status < 500 && ![401, 408, 425, 429].includes(failure.status);
}

function sendToServer(operation: Operation): Promise<unknown> {
  const params = { path: { id: operation.id } };
  switch (operation.kind) {
    case "visit":
      return ask(api.PUT("/api/v1/visits/{id}", { params, body: operation.body }));
    case "retract":
      return ask(api.POST("/api/v1/visits/{id}/retract", { params }));
    case "incident":
      return ask(api.PUT("/api/v1/incidents/{id}", { params, body: operation.body }));
    case "consent":
      return ask(api.PUT("/api/v1/consents/{id}", { params, body: operation.body }));
    case "withdraw":
      return ask(api.POST("/api/v1/consents/{id}/withdraw", { params }));
    case "service_done":
      return ask(api.POST("/api/v1/consents/{id}/done", { params, body: operation.body }));
    case "door_note":
      return ask(api.POST("/api/v1/households/{id}/door-notes", { params, body: operation.body }));
    case "never_visit":
      return ask(api.POST("/api/v1/households/{id}/refuse", { params }));
  }
}
