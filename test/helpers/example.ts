/**
 * The URI in the QR code of examples/aws-virtual-mfa.png; examples/make-screenshot.mjs prints it. The key is not in use anywhere.
 */
export const EXAMPLE_URI =
  "otpauth://totp/Amazon%20Web%20Services:root-account-mfa-device@123456789012" +
  "?secret=MVNQCMMJEBTTFZZCQCYTXIPEU2MXK7SY4WEO2W53NFBLJFJO36N7KABIMGK2WIFQ&issuer=Amazon%20Web%20Services";
