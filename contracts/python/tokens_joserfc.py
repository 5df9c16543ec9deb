"""joserfc: what it makes of our tokens, and its own for us."""

from joserfc import jwe, jwt
from joserfc.jwk import KeySet, import_key

from tasks import serve


def sign(task):
    header = {"alg": task["alg"], **task["header"]}
    return jwt.encode(header, task["claims"], import_key(task["key"]), algorithms=[task["alg"]])


def claims(task, key):
    """The claims of a token that holds, for whom it is said to be."""
    token = jwt.decode(task["token"], key, algorithms=[task["alg"]])
    expected = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": task["issuer"]},
        aud={"essential": True, "value": task["audience"]},
    )
    expected.validate(token.claims)
    return token.claims


def verify(task):
    return claims(task, import_key(task["key"]))


def verify_by_set(task):
    return claims(task, KeySet.import_key_set(task["set"]))


def encrypt(task):
    header = {"alg": task["alg"], "enc": task["enc"], **task["header"]}
    key, algorithms = import_key(task["key"]), [task["alg"], task["enc"]]
    return jwe.encrypt_compact(header, task["content"].encode(), key, algorithms=algorithms)


def decrypt(task):
    algorithms = [task["alg"], task["enc"]]
    found = jwe.decrypt_compact(task["token"], import_key(task["key"]), algorithms=algorithms)
    return found.plaintext.decode()


def publish(task):
    named = [
        import_key(one["key"], parameters={"alg": one["alg"], "use": "sig"})
        for one in task["keys"]
    ]
    return KeySet(named).as_dict(private=False)


def thumbprint(task):
    return import_key(task["key"]).thumbprint()


serve(sign, verify, verify_by_set, encrypt, decrypt, publish, thumbprint)
