// What the supervisor told: shown until the worker says that it is understood.
import type { Locker, Told as Kept } from "../offline/pack";

type Message = Kept["messages"][number];

export class Told {
  messages = $state<Message[]>([]);
  /** Understood here, until the server does not send them any more. */
  #understood: string[];

  constructor(
    readonly locker: Locker,
    kept?: Kept | null,
  ) {
    [this.messages, this.#understood] = [kept?.messages ?? [], kept?.understood ?? []];
  }

  hear(messages: Message[]) {
    this.#understood = this.#understood.filter((id) => messages.some((message) => message.id === id));
    this.messages = messages.filter(({ id }) => !this.#understood.includes(id));
    void this.keep();
  }

  understand(message: Message) {
    this.messages = this.messages.filter(({ id }) => id !== message.id);
    this.#understood.push(message.id);
    void this.keep();
  }

  /** The phone could not keep that it is understood. */
  takeBack(message: Message) {
    this.messages = [message, ...this.messages];
    this.#understood = this.#understood.filter((id) => id !== message.id);
  }

  /** The next sync tells which are not understood. */
  forget() {
    this.#understood = [];
  }

  keep = () => this.locker.keepTold({ messages: $state.snapshot(this.messages), understood: this.#understood });
}
