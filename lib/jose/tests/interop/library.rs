//! The libraries, and what each of them lacks.
//!
//! What is lacking there is asked for nevertheless, and must be refused. What is lacking here stands
//! in [`OURS`].

use std::process::Command;

use serde_json::Value;

use crate::program::{self, Answer};

/// A library that others wrote.
pub(crate) struct Library {
    name: &'static str,
    program: fn() -> Command,
    /// What it lacks of what this library knows, and why.
    lacks: &'static [(&'static str, &'static str)],
}

/// What stands for all of encryption in the tables.
pub(crate) const JWE: &str = "JWE";
/// What stands for RFC 7638 in the tables.
pub(crate) const THUMBPRINT: &str = "thumbprint";

/// npm's jose.
pub(crate) const JOSE: Library = Library {
    name: "jose of Node",
    program: || program::node("tokens_jose.mjs"),
    lacks: &[],
};

/// Python's joserfc.
pub(crate) const JOSERFC: Library = Library {
    name: "joserfc of Python",
    program: || program::python("tokens_joserfc.py"),
    lacks: &[],
};

/// Python's `PyJWT`.
pub(crate) const PYJWT: Library = Library {
    name: "PyJWT of Python",
    program: || program::python("tokens_pyjwt.py"),
    lacks: &[
        ("Ed25519", "knows the curve by its older name EdDSA only"),
        (JWE, "signs only"),
        (THUMBPRINT, "computes none"),
    ],
};

/// The crate jsonwebtoken.
pub(crate) const JSONWEBTOKEN: Library = Library {
    name: "the crate jsonwebtoken",
    program: || program::crates("jsonwebtoken"),
    lacks: &[
        ("Ed25519", "knows the curve by its older name EdDSA only"),
        ("ES512", "has no P-521"),
        (JWE, "signs only"),
    ],
};

/// The crate josekit.
pub(crate) const JOSEKIT: Library = Library {
    name: "the crate josekit",
    program: || program::crates("josekit"),
    lacks: &[
        ("Ed25519", "knows the curve by its older name EdDSA only"),
        (THUMBPRINT, "computes none"),
    ],
};

/// What this library lacks of what the others know, and why: their tokens by it are asked for,
/// and refused here.
pub(crate) const OURS: &[(&str, &str)] = &[
    ("A192KW", "aws-lc-rs wraps by 128 and 256 bits only"),
    ("ECDH-ES+A192KW", "needs A192KW"),
    ("PBES2-HS384+A192KW", "needs A192KW"),
];

// Not asked for at all: RSA1_5, whose padding is an oracle; RSA-OAEP and PBES2 from here to there,
// which are for reading only; RSA-OAEP-384 and -512, which RFC 7518 does not have; ES256K, Ed448 and
// X448, which aws-lc-rs lacks; `zip`, which nothing here writes; and ML-DSA, which of the five only
// jose has, by the cryptography of Node 24.7, and Debian's Node is older.

/// A task, and what its answer must be.
pub(crate) struct Question {
    claim: String,
    task: Value,
    check: Box<dyn FnOnce(Answer) -> Result<(), String>>,
}

impl Question {
    /// The answer must be this value.
    pub(crate) fn gives(claim: &str, task: Value, expected: Value) -> Self {
        Self::judged(claim, task, move |value| {
            if value == expected {
                Ok(())
            } else {
                Err(format!("found {value}"))
            }
        })
    }

    /// There must be a value, which passes.
    pub(crate) fn judged(
        claim: &str,
        task: Value,
        check: impl FnOnce(Value) -> Result<(), String> + 'static,
    ) -> Self {
        Self {
            claim: claim.to_owned(),
            task,
            check: Box::new(move |answer| check(answer?)),
        }
    }

    /// It must be refused.
    pub(crate) fn refused(claim: &str, task: Value) -> Self {
        Self {
            claim: claim.to_owned(),
            task,
            check: Box::new(|answer| match answer {
                Ok(value) => Err(format!("accepted: {value}")),
                Err(_) => Ok(()),
            }),
        }
    }
}

impl Library {
    /// Whether it has what goes by this name.
    pub(crate) fn knows(&self, what: &str) -> bool {
        !self.lacks.iter().any(|(lacking, _)| *lacking == what)
    }

    /// Those of the names that it lacks.
    pub(crate) fn lacking<'a>(&self, names: &'a [&'a str]) -> Vec<&'a str> {
        let lacks = |name: &&&str| !self.knows(name);
        names.iter().filter(lacks).copied().collect()
    }

    /// Asks all questions at once. Every answer is judged before the test ends.
    pub(crate) fn ask(&self, questions: Vec<Question>) {
        let tasks: Vec<&Value> = questions.iter().map(|one| &one.task).collect();
        let answers = program::run((self.program)(), &tasks);
        let judged = questions.into_iter().zip(answers);
        let faults: Vec<String> = judged
            .filter_map(|(question, answer)| {
                let why = (question.check)(answer).err()?;
                Some(format!("{}: {}: {why}", self.name, question.claim))
            })
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// Asks one thing, of which the answer is a text.
    pub(crate) fn text(&self, task: &Value) -> String {
        let answer = program::run((self.program)(), &[task]).remove(0);
        let value = answer.unwrap_or_else(|why| panic!("{}: {why}", self.name));
        value.as_str().unwrap().to_owned()
    }

    /// Asks one thing.
    pub(crate) fn value(&self, task: &Value) -> Value {
        let answer = program::run((self.program)(), &[task]).remove(0);
        answer.unwrap_or_else(|why| panic!("{}: {why}", self.name))
    }
}
