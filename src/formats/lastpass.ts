/** LastPass Authenticator's export, version 1 (iOS) and 3 (Android). The LastPass vault's CSV is a different file. */
import { type JsonObject, objectOf, objectsOf } from "../base/untrusted-json.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBase32, whoOf } from "./entries.ts";
import type { Format } from "./format.ts";

export const lastpass: Format = {
  id: "lastpass",
  name: "LastPass Authenticator",
  detect({ json }) {
    const file = objectOf(json);
    if (!Array.isArray(file?.accounts)) return false;
    return (
      "localDeviceId" in file || "folders" in file || objectOf(file.accounts[0])?.issuerName !== undefined
    );
  },
  read({ json }) {
    return collect(
      objectsOf(objectOf(json)?.accounts),
      (account) => {
        if (account === undefined) throw new EntryFault("it is damaged");
        const { algorithm, digits, timeStep, secret } = account;
        return {
          ...cleanNames(...namesOf(account)),
          otp: parametersOf({ type: "totp", algorithm, digits, period: timeStep }),
          secret: secretOfBase32(secret),
        };
      },
      (account) => whoOf(...namesOf(account ?? {})),
    );
  },
};

/** The `original…` names are from before the user's edits. */
function namesOf(account: JsonObject): [issuer: unknown, name: unknown] {
  return [account.issuerName ?? account.originalIssuerName, account.userName ?? account.originalUserName];
}
