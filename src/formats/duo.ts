/** Duo Mobile can't export accounts of other services; this is its accounts.json from a rooted phone. */
import { objectOf, objectsOf } from "../base/untrusted-json.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBase32, whoOf } from "./entries.ts";
import type { Format } from "./format.ts";

export const duo: Format = {
  id: "duo",
  name: "Duo Mobile",
  detect: ({ json }) => objectsOf(json).some((account) => objectOf(account?.otpGenerator) !== undefined),
  read({ json }) {
    return collect(
      objectsOf(json),
      (account) => {
        const generator = objectOf(account?.otpGenerator);
        if (account === undefined || generator === undefined) throw new EntryFault("it has no seed");
        const { counter, otpSecret } = generator;
        const type = counter === undefined || counter === null ? "totp" : "hotp";
        return {
          ...cleanNames("", account.name),
          otp: parametersOf({ type, counter }),
          secret: secretOfBase32(otpSecret),
        };
      },
      (account) => whoOf("", account?.name),
    );
  },
};
