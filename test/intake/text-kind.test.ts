import { expect, it } from "vitest";
import { kindOfText } from "../../src/intake/text-kind.ts";

it.each([
  ["otpauth-migration://offline?data=x", "a Google Authenticator export"],
  ["apple-otpauth://totp/x?secret=y", "an otpauth URI"],
  ["HTTPS://EXAMPLE.ORG", "a web link"],
  ["  http://example.org", "a web link"],
  ["WIFI:T:WPA;S:home;P:secret;;", "a Wi-Fi password"],
  ["bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "a payment address"],
  ["FIDO:/1234", "a passkey prompt"],
  ["twinseed", "some other text"],
])("%j is told by how it begins", (text, kind) => {
  expect(kindOfText(text)).toBe(kind);
});

it.each([
  ["mailto:a@example.org?body=https://example.org", "an email address"],
  ["wifi:S:http://;P:x;;", "a Wi-Fi password"],
  ["see https://example.org", "some other text"],
  ["bank://pay?to=bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "a link for another app"],
  ["send it to lightning:lnbc1", "some other text"],
])("%j is not taken for what it only mentions", (text, kind) => {
  expect(kindOfText(text)).toBe(kind);
});
