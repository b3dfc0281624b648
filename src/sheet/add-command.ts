/** What to type so that `twinseed add` takes a key for what it is. */
import { typedWord } from "../base/shell-words.ts";
import { DEFAULTS, defaultName, type Enrollment, type OtpParameters } from "../otp/enrollment.ts";

const LONGEST = 100;

/**
 * The bare command where the account is as `add` assumes; else with all that differs. Names that a shell could take for
 * something else are left out: `add` asks for them then.
 */
export function addCommand(name: string, enrollment: Enrollment): string {
  const parameters = parameterOptions(enrollment.otp);
  if (parameters.length === 0) return "twinseed add";
  const { issuer, label } = enrollment;
  const ownName = name === defaultName(enrollment) ? "" : name;
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
