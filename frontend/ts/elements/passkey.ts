// Lets a form be answered by a passkey (WebAuthn): asks the server what to sign, has the browser sign it, sends the form.
//
//   <tamada-passkey how="get" asked="/login/passkey/asked"><form method="post" action="/login/passkey">
//     <input type="hidden" name="credential"> <button type="button" data-passkey>Sign in with a passkey</button></form></tamada-passkey>
//
// `how="create"` makes a new one. Without support in the browser the button stays hidden.
import { define, TamadaElement } from "../lib/element.ts";
import { reasonOf, request } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";

type Described = { id: string; type: "public-key" };
type Asked = {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  excludeCredentials?: Described[];
  allowCredentials?: Described[];
};

class PasskeyForm extends TamadaElement {
  protected enter(): void {
    const button = this.querySelector<HTMLButtonElement>("[data-passkey]");
    if (!button) return;
    button.hidden = !("PublicKeyCredential" in window);
    this.listen(button, "click", () => void this.answer(button));
  }

  private async answer(button: HTMLButtonElement): Promise<void> {
    const form = this.querySelector("form");
    const field = form?.querySelector<HTMLInputElement>("input[name=credential]");
    const creates = this.text("how") === "create";
    if (!form || !field || (creates && !form.reportValidity())) return;
    button.disabled = true;
    try {
      const response = await request(this.text("asked"), { method: "POST" });
      if (!response.ok) return toast({ text: await reasonOf(response), kind: "error" });
      const asked = (await response.json()) as Asked;
      field.value = JSON.stringify(creates ? await created(asked) : await signed(asked));
      form.submit();
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      toast({ text: word("passkey.failed"), kind: "error" });
    } finally {
      button.disabled = false;
    }
  }
}

async function created(asked: Asked): Promise<unknown> {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user?.id ?? "") },
    excludeCredentials: described(asked.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...named(made),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

async function signed(asked: Asked): Promise<unknown> {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: described(asked.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const used = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    ...named(used),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
}

function named(credential: PublicKeyCredential): Record<string, unknown> {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
  };
}

function described(list: Described[] | undefined): { id: ArrayBuffer; type: "public-key" }[] {
  return (list ?? []).map(({ id }) => ({ id: bytes(id), type: "public-key" }));
}

function bytes(base64url: string): ArrayBuffer {
  const raw = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const raw = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

define("tamada-passkey", PasskeyForm);
