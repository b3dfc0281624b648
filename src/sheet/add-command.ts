/** What to type so that `twinseed add` takes a key for what it is. */
import { typedWord } from "../base/shell-words.ts";
import { DEFAULTS, defaultName, type Enrolment, type OtpParameters } from "../otp/enrolment.ts";

const LONGEST = 100;

/**
 * The bare command where the account is as `add` assumes; else with all that differs. Names that a shell could take for
 * something else are left out: `add` asks for them then.
 */
export function addCommand(name: string, enrolment: Enrolment): string {
  const parameters = parameterOptions(enrolment.otp);
  if (parameters.length === 0) return "twinseed add";
  const { issuer, label } = enrolment;
  const ownName = name === defaultName(enrolment) ? "" : name;
  const texts = [
    ["--issuer", issuer],
    ["--label", label],
    ["--name", ownName],
  ].filter(([, value]) => value !== "");
  const words = texts.flatMap(([option, value = ""]) => {
    const word = value.length <= LONGEST ? typedWord(value) : undefined;
    return word === undefined ? [] : `${option} ${word}`;
  });
  return ["twinseed add", ...(words.length < texts.length ? [] : words), ...parameters].join(" ");
}

function parameterOptions(otp: OtpParameters): string[] {
  if (otp.type === "steam") return ["--type steam"];
  return [
    ...(otp.type === "hotp" ? ["--type hotp"] : []),
    ...(otp.algorithm === DEFAULTS.algorithm ? [] : [`--algorithm ${otp.algorithm}`]),
    ...(otp.digits === DEFAULTS.digits ? [] : [`--digits ${otp.digits}`]),
    ...(otp.type === "hotp"
      ? [`--counter ${otp.counter}`]
      : otp.period === DEFAULTS.period
        ? []
        : [`--period ${otp.period}`]),
  ];
}
