"""PyJWT: what it makes of our tokens, and its own for us."""

import jwt

from tasks import serve

REQUIRED = ["iss", "sub", "aud", "exp", "jti"]


def private(task):
    return jwt.PyJWK(task["key"], task["alg"]).key


def sign(task):
    return jwt.encode(task["claims"], private(task), task["alg"], headers=task["header"])


def claims(task, key):
    """The claims of a token that holds, for whom it is said to be."""
    return jwt.decode(
        task["token"],
        key,
        [task["alg"]],
        options={"require": REQUIRED},
        audience=task["audience"],
        issuer=task["issuer"],
    )


def verify(task):
    return claims(task, jwt.PyJWK(task["key"], task["alg"]))


def verify_by_set(task):
    kid = jwt.get_unverified_header(task["token"])["kid"]
    return claims(task, jwt.PyJWKSet.from_dict(task["set"])[kid])


def publish(task):
    keys = []
    for one in task["keys"]:
        algorithm = jwt.get_algorithm_by_name(one["alg"])
        jwk = algorithm.to_jwk(private(one).public_key(), as_dict=True)
        keys.append({**jwk, "kid": one["key"]["kid"], "alg": one["alg"], "use": "sig"})
    return {"keys": keys}


serve(sign, verify, verify_by_set, publish)
