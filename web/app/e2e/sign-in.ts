import { request, type FullConfig } from "@playwright/test";
import { password, people, session } from "./people";

export default async function signIn(config: FullConfig) {
  const baseURL = config.projects[0]!.use.baseURL!;
  for (const person of people) {
    const context = await request.newContext({ baseURL });
    const answer = await context.post("/api/v1/session", { data: { login: person, password } });
    if (!answer.ok()) throw new Error(`${person} cannot sign in: ${answer.status()} ${await answer.text()}`);
    await context.storageState({ path: session(person) });
    await context.dispose();
  }
}
