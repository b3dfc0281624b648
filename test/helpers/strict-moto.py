"""
moto's AWS (IAM and STS), made as strict as AWS where moto accepts anything: signatures' keys, MFA codes, trust conditions.
moto keeps the users, devices and keys, and writes the answers; this file stands in front of it and refuses, with AWS's own texts.

    python3 strict-moto.py        prints the port that it listens on, on loopback

- codes are checked (RFC 6238), once each, in rising order; a pair teaches the device's drift; a late pair is accepted, up to 20 steps
- a device that is in use can't be deleted, nor enabled again; a user has eight at most
- sessions: keys that it knows, until they expire; GetSessionToken only for long-term keys; who is calling
- roles: trust may require MFA and an external ID; no code is accepted with a role's keys; their length is limited
- users may have AWS's sample policy: without MFA, only what sets MFA up; or a list of the actions that they may use
- root: whether it has MFA, and virtual devices
- faults by action and user: an error, a delay or a dropped connection, before or after the work, once or several times

Everything under /strict/ is for the tests: users, roles, devices, faults, and the requests so far, all JSON.
"""

import base64
import hashlib
import hmac
import io
import json
import re
import socket
import struct
import sys
import threading
import time
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlencode

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

PERIOD = 30
NEAR, FAR = 1, 20
MOST_DEVICES = 8
ACCOUNT = "123456789012"
WITHOUT_MFA = {  # the sample policy "AWS: Allows MFA-authenticated IAM users to manage their own credentials"
    "CreateVirtualMFADevice", "EnableMFADevice", "GetUser", "ListMFADevices", "ListVirtualMFADevices",
    "ResyncMFADevice", "GetSessionToken", "GetCallerIdentity", "DeleteVirtualMFADevice",
}


class Refusal(Exception):
    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


def denied(message):
    return Refusal(403, "AccessDenied", message)


class Dropped(Exception):
    """The connection ends without an answer."""


def code_of(seed, step):
    mac = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000)


class Cloud:
    def __init__(self):
        self.lock = threading.RLock()
        self.users = {}  # access key -> user
        self.sessions = {}  # access key -> who, until when
        self.roles = {}  # arn -> trust
        self.state = {}  # serial -> last step, drift
        self.policies = {}  # user -> whether MFA is required
        self.allowed = {}  # user -> actions that a policy allows; all, if there is none
        self.root_mfa = False
        self.faults = []
        self.requests = []

    # --- what is asked

    def caller(self, key):
        session = self.sessions.get(key)
        if session is not None:
            if session["expires"] <= time.time():
                raise Refusal(403, "ExpiredToken", "The security token included in the request is expired")
            return session
        user = self.users.get(key)
        if user is None:
            raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        return {"kind": "user", "name": user, "arn": self.backend().get_user(user).arn, "mfa": False}

    def backend(self, account=ACCOUNT):
        return iam_backends[account]["aws"]

    def check(self, service, action, caller, params):
        """Raises Refusal. Returns what has to be done once moto has answered."""
        allowed = self.allowed.get(caller["name"])
        if allowed is not None and action != "GetCallerIdentity" and f"{service}:{action}" not in allowed:
            raise denied(f"User: {caller['arn']} is not authorized to perform: {service}:{action}")
        if self.policies.get(caller["name"]) and not caller["mfa"] and action not in WITHOUT_MFA:
            raise denied(
                f"User: {caller['arn']} is not authorized to perform: {action} with an explicit deny in an identity-based policy"
            )
        return getattr(self, f"on_{action}", lambda *_: None)(caller, params)

    def on_CreateVirtualMFADevice(self, _caller, params):
        pass

    def on_EnableMFADevice(self, _caller, params):
        device = self.device(params)
        user = self.user(params)
        if device.user is not None:
            raise Refusal(409, "EntityAlreadyExists", f"MFA device {device.serial_number} is already in use.")
        if len(user.mfa_devices) >= MOST_DEVICES:
            raise Refusal(409, "LimitExceeded", f"Cannot exceed quota for MFADevicesPerUser: {MOST_DEVICES}")
        self.learn(device, params)

    def on_ResyncMFADevice(self, _caller, params):
        device = self.device(params)
        if device.user is None or device.user.name != params.get("UserName"):
            raise Refusal(404, "NoSuchEntity", f"MFA device {device.serial_number} is not of that user.")
        self.learn(device, params)
        return EMPTY  # moto does not know this action

    def on_DeleteVirtualMFADevice(self, _caller, params):
        if self.device(params).user is not None:
            raise Refusal(409, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")

    def on_GetAccountSummary(self, _caller, _params):
        values = {"AccountMFAEnabled": int(self.root_mfa), "AccountPasswordPresent": 1, "Users": len(self.backend().users)}
        return {"SummaryMap": {"entry": [{"key": key, "value": value} for key, value in values.items()]}}

    def on_ListMFADevices(self, caller, params):
        params.setdefault("UserName", caller["name"])

    def on_GetCallerIdentity(self, caller, _params):
        return {"Arn": caller["arn"], "UserId": "AIDAEXAMPLE", "Account": caller["arn"].split(":")[4]}

    def on_GetSessionToken(self, caller, params):
        if caller["kind"] != "user":
            raise denied("Cannot call GetSessionToken with session credentials")
        self.duration(params, 43200, 129600)
        mfa = "SerialNumber" in params
        if mfa:
            self.log_in(caller["name"], params)
        return self.started({**caller, "kind": "session", "mfa": mfa}, params, 43200)

    def on_AssumeRole(self, caller, params):
        arn = params.get("RoleArn", "")
        role = self.roles.get(arn)
        refused = denied(f"User: {caller['arn']} is not authorized to perform: sts:AssumeRole on resource: {arn}")
        if role is None or role.get("externalId") not in (None, params.get("ExternalId")):
            raise refused
        chained = caller["kind"] == "role"
        if self.duration(params, 3600, 43200) > 3600 and caller["kind"] != "user":
            raise Refusal(
                400, "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            )
        if self.duration(params, 3600, 43200) > role.get("most", 43200):
            raise Refusal(
                400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            )
        mfa = caller["mfa"] and not chained
        if "SerialNumber" in params:
            if chained:
                raise denied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
            self.log_in(caller["name"], params)
            mfa = True
        if role.get("mfa") and not mfa:
            raise refused
        name = params.get("RoleSessionName", "")
        session = f"arn:aws:sts::{arn.split(':')[4]}:assumed-role/{arn.split('/')[-1]}/{name}"
        return self.started({"kind": "role", "name": name, "arn": session, "mfa": False}, params, 3600)

    # --- the parts

    def user(self, params):
        name = params.get("UserName", "")
        user = self.backend().users.get(name)
        if user is None:
            raise Refusal(404, "NoSuchEntity", f"The user with name {name} cannot be found.")
        return user

    def device(self, params):
        serial = params.get("SerialNumber", "")
        device = self.backend().virtual_mfa_devices.get(serial)
        if device is None:
            raise Refusal(404, "NoSuchEntity", f"VirtualMFADevice with serial number {serial} does not exist.")
        return device

    def known(self, device):
        return self.state.setdefault(device.serial_number, {"last": 0, "drift": 0})

    def learn(self, device, params):
        first, second = params.get("AuthenticationCode1", ""), params.get("AuthenticationCode2", "")
        now, known, seed = int(time.time()) // PERIOD, self.known(device), device.base32_string_seed
        for step in range(now - FAR, now + FAR + 1):
            if step > known["last"] and first == code_of(seed, step) and second == code_of(seed, step + 1):
                known.update(last=step + 1, drift=step + 1 - now)
                return
        raise Refusal(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.")

    def log_in(self, user, params):
        serial, code = params.get("SerialNumber", ""), params.get("TokenCode", "")
        device = self.backend().virtual_mfa_devices.get(serial)
        if device is None or device.user is None or device.user.name != user:
            raise denied(
                "MultiFactorAuthentication failed, unable to validate MFA code.  "
                "Please verify your MFA serial number is valid and associated with this user."
            )
        now, known = int(time.time()) // PERIOD, self.known(device)
        middle = now + known["drift"]
        for step in range(middle - NEAR, middle + NEAR + 1):
            if step > known["last"] and code == code_of(device.base32_string_seed, step):
                known.update(last=step, drift=step - now)
                return
        raise denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")

    def duration(self, params, usual, most):
        seconds = int(params.get("DurationSeconds", usual))
        if not 900 <= seconds <= most:
            raise Refusal(400, "ValidationError", f"1 validation error detected: Value '{seconds}' at 'durationSeconds'")
        return seconds

    def started(self, who, params, usual):
        number = len(self.sessions) + 1
        key = f"ASIASTRICT{number:010d}"
        expires = int(time.time()) + int(params.get("DurationSeconds", usual))
        self.sessions[key] = {**who, "expires": expires}
        credentials = {
            "AccessKeyId": key,
            "SecretAccessKey": f"secret/{number}+key",
            "SessionToken": f"token//{number}==",
            "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires)),
        }
        return {"Credentials": credentials}

    # --- faults

    def fault(self, action, caller):
        with self.lock:
            for fault in self.faults:
                if fault["action"] == action and fault.get("user") in (None, caller["name"]) and fault.get("times", 1) > 0:
                    fault["times"] = fault.get("times", 1) - 1
                    return fault
        return {}


class Root:
    """In the place of a user of moto's, which has no root."""

    name = None
    user_id = id = ACCOUNT
    arn = f"arn:aws:iam::{ACCOUNT}:root"
    mfa_devices = {}


EMPTY = {}


def strike(fault, when):
    if fault.get("when", "before") != when:
        return
    time.sleep(fault.get("delay", 0))
    if fault.get("drop"):
        raise Dropped()
    if "code" in fault:
        raise Refusal(fault.get("status", 400), fault["code"], fault.get("message", "a fault of the test"))


def xml(fields):
    if isinstance(fields, dict):
        values = [(name, value) for name, many in fields.items() for value in (many if isinstance(many, list) else [many])]
        return "".join(f"<{name}>{xml(value)}</{name}>" for name, value in values)
    return str(fields).replace("&", "&amp;").replace("<", "&lt;")


class StrictMoto:
    def __init__(self):
        self.cloud = Cloud()
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start_response):
        request = Request(environ)
        if request.path.startswith("/strict/"):
            answer = Response(json.dumps(self.control(request)), mimetype="application/json")
            return answer(environ, start_response)
        body = request.get_data()
        target = request.headers.get("X-Amz-Target")  # of the services that speak JSON
        params = {name: values[0] for name, values in parse_qs(body.decode()).items()} if target is None else {}
        action = params.get("Action", "") if target is None else target.split(".")[-1]
        found = re.search(r"Credential=([^/]+)/[^/]+/[^/]+/(\w+)/", request.headers.get("Authorization", ""))
        key, service = found.groups() if found else ("", "")
        try:
            answer = self.answer(service, action, key, params, environ, None if target is None else body)
        except Refusal as refusal:
            error = {"Type": "Sender", "Code": refusal.code, "Message": refusal.message}
            text = xml({"ErrorResponse": {"Error": error, "RequestId": "0"}})
            answer = Response(text, status=refusal.status, mimetype="text/xml")
            if target is not None:
                text = json.dumps({"__type": refusal.code, "message": refusal.message})
                answer = Response(text, status=refusal.status, mimetype="application/x-amz-json-1.1")
        except Dropped:
            environ["strict.socket"].shutdown(socket.SHUT_RDWR)
            answer = Response("")
        return answer(environ, start_response)

    def answer(self, service, action, key, params, environ, raw):
        cloud = self.cloud
        caller = cloud.caller(key)
        with cloud.lock:
            entry = {"action": action, "key": key, "user": caller["name"], "params": params, "done": False}
            cloud.requests.append(entry)
        fault = cloud.fault(action, caller)
        strike(fault, "before")
        with cloud.lock:
            fields = cloud.check(service, action, caller, params)
            if fields is None:
                answer = self.from_moto(urlencode(params).encode() if raw is None else raw, environ)
                if answer.status_code < 300 and action == "CreateVirtualMFADevice":
                    # A new device with the name of a deleted one knows nothing of its codes.
                    serial = re.search(r"<SerialNumber>([^<]+)<", answer.get_data(as_text=True)).group(1)
                    cloud.state.pop(serial, None)
            else:
                result = f"<{action}Result>{xml(fields)}</{action}Result>" if fields else ""
                identity = "<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"
                answer = Response(f"<{action}Response>{result}{identity}</{action}Response>", mimetype="text/xml")
            entry["done"] = answer.status_code < 300
        strike(fault, "after")
        return answer

    def from_moto(self, body, environ):
        """Goes to moto as the request came, but for the parameters."""
        passed = {**environ, "CONTENT_LENGTH": str(len(body))}
        passed["wsgi.input"] = io.BytesIO(body)
        passed.pop("werkzeug.request", None)
        return Response.from_app(self.moto, passed)

    def control(self, request):
        cloud, given = self.cloud, json.loads(request.get_data() or b"{}")
        with cloud.lock:
            what = request.path.removeprefix("/strict/")
            if what == "user":
                user = cloud.backend().create_user("us-east-1", given["name"], given.get("path", "/"))
                key = user.create_access_key(prefix="AKIA")
                cloud.users[key.access_key_id] = given["name"]
                cloud.policies[given["name"]] = given.get("needsMfa", False)
                if "allowed" in given:
                    cloud.allowed[given["name"]] = set(given["allowed"])
                if given.get("password"):
                    cloud.backend().create_login_profile(given["name"], "a password")
                if "keySince" in given:
                    key.create_date = datetime.fromisoformat(given["keySince"])
                return {"key": key.access_key_id, "secret": key.secret_access_key}
            if what == "session":
                user = cloud.backend().get_user(given["user"])
                who = {"kind": "session", "name": given["user"], "arn": user.arn, "mfa": True}
                return cloud.started(who, {}, 43200)["Credentials"]
            if what == "root":
                cloud.root_mfa = len(given["devices"]) > 0
                for serial, device in list(cloud.backend().virtual_mfa_devices.items()):
                    if isinstance(device.user, Root):
                        del cloud.backend().virtual_mfa_devices[serial]
                made = []
                for name in given["devices"]:
                    device = cloud.backend().create_virtual_mfa_device(name, "/")
                    device.enable_date = datetime.now(timezone.utc)
                    device.user = Root()
                    made.append({"serial": device.serial_number, "seed": device.base32_string_seed})
                return {"devices": made}
            if what == "forget":
                device = cloud.backend().virtual_mfa_devices.pop(given["serial"])
                if device.user is not None:
                    device.user.mfa_devices.pop(given["serial"], None)
            if what == "forget-user":
                del cloud.backend().users[given["name"]]
            if what == "organization":
                organizations = organizations_backends[ACCOUNT]["aws"]
                organizations.create_organization("us-east-1", FeatureSet="ALL")
                member = organizations.create_account(AccountName="old", Email="old@example.com")
                account = member["CreateAccountStatus"]["AccountId"]
                organizations.close_account(AccountId=account)
                return {"closed": account}
            if what == "role":
                cloud.roles[given["arn"]] = given
            if what == "device":
                device = cloud.backend().create_virtual_mfa_device(given["name"], given.get("path", "/"))
                if "user" in given:
                    cloud.backend().enable_mfa_device(given["user"], device.serial_number, "000000", "000000")
                cloud.state[device.serial_number] = {"last": 0, "drift": given.get("drift", 0)}
                return {"serial": device.serial_number, "seed": device.base32_string_seed}
            if what == "fault":
                cloud.faults.append(given)
            if what == "state":
                devices = [
                    {
                        "serial": device.serial_number,
                        "seed": device.base32_string_seed,
                        "user": device.user and device.user.name,
                        **cloud.known(device),
                    }
                    for device in cloud.backend().virtual_mfa_devices.values()
                ]
                return {"devices": devices, "requests": cloud.requests}
        return {}


class Handler(WSGIRequestHandler):
    def make_environ(self):
        return {**super().make_environ(), "strict.socket": self.connection}

    def log(self, *_args):
        pass


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, StrictMoto(), threaded=True, request_handler=Handler)
    print(server.server_port, flush=True)
    # Ends with the test that started it.
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()
