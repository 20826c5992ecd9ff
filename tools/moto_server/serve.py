"""moto (https://docs.getmoto.org) as the AWS of the tests, with signatures and policies checked.

    serve.py ADDRESS:PORT CREDENTIALS

Writes an AWS credentials file with three profiles before it listens: `test` may do everything, `stranger` nothing, and
`machine` is a role that may read secrets. The keys are made up for this run.

moto 5.2 stores the client token of RunInstances and does nothing with it: the same call twice launches two instances. EC2
launches one (Amazon EC2 Developer Guide, "Ensuring idempotency in Amazon EC2 API requests"), and that is what the tests are
about, so `ClientTokens` below stands in front of moto and keeps EC2's rules: the same order again is answered as the first
time, another order with the token is an IdempotentParameterMismatch, and a token whose instance was terminated is spent.
Tokens hold per zone, of which the subnet is taken as the name.
"""

import io
import json
import logging
import os
import sys
import threading
from urllib.parse import parse_qsl

ACCOUNT = "123456789012"

# Read when moto is imported: nothing without a valid signature.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"

from moto.ec2 import ec2_backends  # noqa: E402
from moto.iam import iam_backends  # noqa: E402
from moto.sts import sts_backends  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, run_simple  # noqa: E402
from werkzeug.wrappers import Request, Response  # noqa: E402



def policy(action):
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    )


def error(code, message):
    body = (
        f"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Errors><Error><Code>{code}</Code>"
        f"<Message>{message}</Message></Error></Errors><RequestID>tokens</RequestID></Response>"
    )
    return Response(body, status=400, mimetype="text/xml")


class ClientTokens:
    """The part of EC2's idempotency that moto lacks."""

    def __init__(self, app):
        self.app = app
        self.lock = threading.Lock()
        self.orders = {}  # (region, subnet, token) -> (order, instance, answer)

    def __call__(self, environ, start_response):
        body = Request(environ).get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        if b"Action=RunInstances" not in body:
            return self.app(environ, start_response)
        with self.lock:
            answer = self.run_instances(environ, dict(parse_qsl(body.decode())))
        return answer(environ, start_response)

    def run_instances(self, environ, order):
        scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
        region = scope[2] if len(scope) > 2 else ""
        token = order.get("ClientToken", "")
        key = (region, order.get("SubnetId", ""), token)
        if token and key in self.orders:
            first, instance, answer = self.orders[key]
            if first != order:
                return error("IdempotentParameterMismatch", f"{token} was used for another request")
            if ec2_backends[ACCOUNT][region].get_instance(instance).state == "terminated":
                return error("IdempotentInstanceTerminated", f"the instance of {token} is terminated")
            return answer
        answer = Response.from_app(self.app, environ)
        text = answer.get_data(as_text=True)
        if token and answer.status_code == 200:
            instance = text.partition("<instanceId>")[2].partition("<")[0]
            self.orders[key] = (order, instance, answer)
        return answer


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # Connections are kept, as Amazon keeps them.


def profile(name, key, token=""):
    return (
        f"[{name}]\naws_access_key_id = {key.access_key_id}\naws_secret_access_key = {key.secret_access_key}\n"
        f"aws_session_token = {token}\n"
    )


def add_user(name, action):
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user("us-east-1", name)
    if action:
        iam.put_user_policy(name, "policy", policy(action))
    return profile(name, iam.create_access_key(name))


def add_role(name, action):
    iam = iam_backends[ACCOUNT]["aws"]
    role = iam.create_role(name, policy("sts:AssumeRole"), "/", None, "", [], "3600")
    iam.put_role_policy(name, "policy", policy(action))
    session = sts_backends[ACCOUNT]["aws"].assume_role("us-east-1", name, role.arn, "", 3600, "")
    return profile(name, session, session.session_token)


def main():
    address, port = sys.argv[1].rsplit(":", 1)
    with open(sys.argv[2], "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(add_user("test", "*") + add_user("stranger", ""))
        out.write(add_role("machine", "secretsmanager:GetSecretValue"))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = DomainDispatcherApplication(create_backend_app)
    run_simple(address, int(port), ClientTokens(app), threaded=True, request_handler=QuietHandler)


main()
