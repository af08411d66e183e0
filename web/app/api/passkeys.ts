// Passkeys of this browser (WebAuthn Level 3). Both functions throw when the person
// does not go through with it.

/** Whether the browser can make and use passkeys here. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

type Answer = Record<string, never>;

/** Lets a passkey sign what the server asks for. */
export async function signWithPasskey(options: { publicKey: object }): Promise<Answer> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey as PublicKeyCredentialRequestOptionsJSON);
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  return credential.toJSON() as unknown as Answer;
}

/** Lets the device make a passkey. */
export async function makePasskey(options: { publicKey: object }): Promise<Answer> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey as PublicKeyCredentialCreationOptionsJSON);
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  return credential.toJSON() as unknown as Answer;
}

/** Where a passkey that is made here most likely lives, of the list passkey_kinds. */
export function likelyKind(): string {
  return matchMedia("(pointer: coarse)").matches ? "phone" : "computer";
}
