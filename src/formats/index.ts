/**
 * Every format: one line each. The first one whose `detect` returns true reads the file, so specific formats come before general
 * ones.
 */

import { twofas } from "./2fas.ts";
import { aegis } from "./aegis.ts";
import { andotp } from "./andotp.ts";
import { anyText } from "./any-text.ts";
import { appleCsv } from "./apple-csv.ts";
import { authenticatorExtension } from "./authenticator-extension.ts";
import { authenticatorPlus } from "./authenticator-plus.ts";
import { authy } from "./authy.ts";
import { aws } from "./aws-seed.ts";
import { bitwardenJson } from "./bitwarden-json.ts";
import { cotp } from "./cotp.ts";
import { csv } from "./csv.ts";
import { dashlane } from "./dashlane.ts";
import { duo } from "./duo.ts";
import { enpass } from "./enpass.ts";
import { ente } from "./ente.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format } from "./format.ts";
import { freeotpPlus } from "./freeotp-plus.ts";
import { freeotpXml } from "./freeotp-xml.ts";
import { freeotp2 } from "./freeotp2.ts";
import { google } from "./google.ts";
import { googlePam } from "./google-pam.ts";
import { kdbx } from "./kdbx.ts";
import { keepassXml } from "./keepass-xml.ts";
import { keepassxcCsv } from "./keepassxc-csv.ts";
import { keeper } from "./keeper.ts";
import { lastpass } from "./lastpass.ts";
import { onepassword } from "./onepassword.ts";
import { otpAuth } from "./otp-auth.ts";
import { otpauthList } from "./otpauth-list.ts";
import { plainLines } from "./plain-lines.ts";
import { proton } from "./proton.ts";
import { protonPass } from "./proton-pass.ts";
import { pskc } from "./pskc.ts";
import { raivo } from "./raivo.ts";
import { seedCsv } from "./seed-csv.ts";
import { steam } from "./steam.ts";
import { stratum } from "./stratum.ts";
import { totpAuthenticator } from "./totp-authenticator.ts";
import { totpCli } from "./totp-cli.ts";
import { twinseedJson } from "./twinseed-json.ts";
import { twofauth } from "./twofauth.ts";
import { unreadableFiles } from "./unreadable.ts";
import { usersOath } from "./users-oath.ts";
import { winauth } from "./winauth.ts";

export const FORMATS: readonly Format[] = [
  twinseedJson,
  aegis,
  twofas,
  bitwardenJson,
  ente,
  proton,
  stratum,
  lastpass,
  raivo,
  duo,
  freeotpPlus,
  freeotpXml,
  freeotp2,
  steam,
  authenticatorExtension,
  cotp,
  twofauth,
  totpCli,
  authy,
  aws,
  pskc,
  keepassXml,
  kdbx,
  otpAuth,
  keeper,
  enpass,
  onepassword,
  protonPass,
  dashlane,
  keepassxcCsv,
  appleCsv,
  seedCsv,
  csv,
  google,
  googlePam,
  usersOath,
  plainLines,
  otpauthList,
  authenticatorPlus,
  winauth,
  totpAuthenticator,
  anyText,
  unreadableFiles,
  // Its encrypted files have no signature, so everything else comes first.
  andotp,
];

export function formatOf(file: ForeignFile): Format | undefined {
  return FORMATS.find((format) => format.detect(file));
}
