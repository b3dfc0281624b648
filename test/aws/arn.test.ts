import { describe, expect, it } from "vitest";
import { labelParts, parseCaller, parseDeviceArn, proposedSerial, serialFault } from "../../src/aws/arn.ts";

const caller = { partition: "aws", account: "123456789012" };

it("reads the ARN of a device, in every partition and with a path", () => {
  const name = "alice";
  expect(parseDeviceArn("arn:aws:iam::123456789012:mfa/alice")).toEqual({ ...caller, name });
  expect(parseDeviceArn("arn:aws:iam::123456789012:mfa/users/fred/alice")).toEqual({ ...caller, name });
  expect(parseDeviceArn("arn:aws-us-gov:iam::123456789012:mfa/alice")?.partition).toBe("aws-us-gov");
  expect(parseDeviceArn("arn:aws:iam::123456789012:user/alice")).toBeUndefined();
  expect(parseDeviceArn("arn:aws:iam::123456789012:u2f/user/alice/key")).toBeUndefined();
});

describe("the serial that a label proposes", () => {
  it("takes the account's number from the label, and the partition from whose keys these are", () => {
    expect(proposedSerial("phone@123456789012", caller)).toBe("arn:aws:iam::123456789012:mfa/phone");
    expect(proposedSerial("phone@123456789012", { ...caller, partition: "aws-cn" })).toBe(
      "arn:aws-cn:iam::123456789012:mfa/phone",
    );
  });
  it("takes the account's number from the keys where the label has an alias", () => {
    expect(proposedSerial("phone@my-company", caller)).toBe("arn:aws:iam::123456789012:mfa/phone");
  });
  it("is none for a device of another account, or a label of another shape", () => {
    expect(proposedSerial("phone@210987654321", caller)).toBeUndefined();
    expect(proposedSerial("just a name", caller)).toBeUndefined();
    expect(proposedSerial("", caller)).toBeUndefined();
  });
  it("lets a device's name hold an @", () => {
    expect(labelParts("me@example.com@my-company")).toEqual({ device: "me@example.com", account: undefined });
  });
});

it("spots what is no serial", () => {
  expect(serialFault("arn:aws:iam::123456789012:mfa/alice")).toBeUndefined();
  expect(serialFault("GAKT12345678")).toBeUndefined();
  expect(serialFault("arn:aws:iam::123456789012:user/alice")).toEqual({
    why: "it names the user, not the MFA device",
    better: "arn:aws:iam::123456789012:mfa/alice",
  });
  for (const wrong of [
    "arn:aws:iam::123456789012:u2f/user/a/b",
    "arn:aws:iam::1:mfa/x",
    "-x-option-",
    "a b c d e f g",
  ])
    expect(serialFault(wrong)?.why).toMatch(/./);
});

it("tells users, roles and root apart", () => {
  expect(parseCaller("arn:aws:iam::123456789012:user/division/alice")).toEqual({
    ...caller,
    kind: "user",
    user: "alice",
  });
  expect(parseCaller("arn:aws:iam::123456789012:root")?.kind).toBe("root");
  expect(parseCaller("arn:aws:sts::123456789012:assumed-role/Admin/me")?.kind).toBe("role");
  expect(parseCaller("arn:aws:sts::123456789012:federated-user/me")?.kind).toBe("role");
  expect(parseCaller("nonsense")).toBeUndefined();
});
