//! A line of the witness's file: what was seen, and a signature over it.

use std::fmt::Write;

use symbolon_jose::{SignError, SigningKey, VerifyingKey, base64url};
use symbolon_store::Sequence;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use crate::merkle::Hash;
use crate::read::{hex, unhex};

/// What a signature of a line is over begins with this, so that it is good for nothing else.
const LABEL: &str = "symbolon journal witness, version 1\0";

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// The journal was sealed up to there, in this term.
    Seal {
        /// The term.
        term: i64,
        /// The last sealed entry.
        sequence: Sequence,
        /// The root of the tree with it.
        root: Hash,
    },
    /// The journal reached there, sealed or not: a checkpoint was given out, or it was verified.
    Head {
        /// The term.
        term: i64,
        /// The last entry.
        sequence: Sequence,
        /// The root of the tree with it.
        root: Hash,
    },
    /// A term began by a restore: of what was seen before, what is told of places up to the second still
    /// holds, unless it was seen in a term later than the backup's.
    Term {
        /// The new term.
        term: i64,
        /// The term of what was restored.
        after: i64,
        /// Up to where what was restored had been sealed.
        sequence: Sequence,
    },
    /// An operator acknowledged that seals broke from there on.
    Breach {
        /// From there on.
        first: Sequence,
        /// The call that acknowledged it.
        request: NodeId,
    },
    /// How long realms keep their entries was set for so many times, and stood like this.
    Retention {
        /// How many times.
        version: i64,
        /// Over all of it.
        digest: Hash,
    },
}

impl Note {
    fn text(&self, at: Time) -> String {
        let mut text = match self {
            Self::Seal {
                term,
                sequence,
                root,
            } => format!("seal {term} {} {}", sequence.0, hex(root)),
            Self::Head {
                term,
                sequence,
                root,
            } => format!("head {term} {} {}", sequence.0, hex(root)),
            Self::Term {
                term,
                after,
                sequence,
            } => format!("term {term} {after} {}", sequence.0),
            Self::Breach { first, request } => format!("breach {} {}", first.0, request.number()),
            Self::Retention { version, digest } => format!("retention {version} {}", hex(digest)),
        };
        let _infallible = write!(text, " {}", at.0);
        text
    }

    /// The line, without its end.
    pub(super) fn sign(&self, at: Time, key: &SigningKey) -> Result<String, SignError> {
        let text = self.text(at);
        let signature = key.sign(format!("{LABEL}{text}").as_bytes())?;
        let kid = key.kid().unwrap_or_default();
        let signature = base64url::encode(&signature);
        Ok(format!("{text} {kid} {signature}"))
    }

    /// Reads a line that one of these keys signed, and when it was written.
    pub(super) fn read(line: &str, known: &[VerifyingKey]) -> Option<(Self, Time)> {
        let (rest, signature) = line.rsplit_once(' ')?;
        let (text, kid) = rest.rsplit_once(' ')?;
        let key = known.iter().find(|key| key.kid() == Some(kid))?;
        let signature = base64url::decode(signature).ok()?;
        if !key.verify(format!("{LABEL}{text}").as_bytes(), &signature) {
            return None;
        }
        let words: Vec<&str> = text.split(' ').collect();
        let number = |word: &str| word.parse::<i64>().ok();
        let place = |word: &str| number(word).map(Sequence);
        let (note, at) = match *words.as_slice() {
            ["seal", term, sequence, root, at] => {
                let (term, sequence, root) = (number(term)?, place(sequence)?, unhex(root)?);
                let note = Self::Seal {
                    term,
                    sequence,
                    root,
                };
                (note, at)
            }
            ["head", term, sequence, root, at] => {
                let (term, sequence, root) = (number(term)?, place(sequence)?, unhex(root)?);
                let note = Self::Head {
                    term,
                    sequence,
                    root,
                };
                (note, at)
            }
            ["term", term, after, sequence, at] => {
                let (term, after, sequence) = (number(term)?, number(after)?, place(sequence)?);
                let note = Self::Term {
                    term,
                    after,
                    sequence,
                };
                (note, at)
            }
            ["breach", first, request, at] => {
                let request = NodeId::from_number(number(request)?).ok()?;
                let first = place(first)?;
                (Self::Breach { first, request }, at)
            }
            ["retention", version, digest, at] => {
                let (version, digest) = (number(version)?, unhex(digest)?);
                (Self::Retention { version, digest }, at)
            }
            _ => return None,
        };
        Some((note, Time(number(at)?)))
    }
}

#[cfg(test)]
mod tests {
    use symbolon_jose::Algorithm;

    use super::*;

    #[test]
    fn a_line_reads_back_and_no_other_is_believed() {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let key = key.with_kid("1");
        let known = [key.public()];
        let (term, sequence, root) = (7, Sequence(4096), [9; 32]);
        let notes = [
            Note::Seal {
                term,
                sequence,
                root,
            },
            Note::Head {
                term,
                sequence,
                root,
            },
            Note::Term {
                term,
                after: 3,
                sequence,
            },
            Note::Breach {
                first: sequence,
                request: NodeId::from_number(99).unwrap(),
            },
            Note::Retention {
                version: 2,
                digest: root,
            },
        ];
        for note in notes {
            let line = note.sign(Time(11), &key).unwrap();
            assert_eq!(Note::read(&line, &known), Some((note, Time(11))));
            let forged = line.replacen('7', "8", 1).replacen("4096", "4097", 1);
            assert!(forged == line || Note::read(&forged, &known).is_none());
            assert_eq!(Note::read(&line[..line.len() - 2], &known), None);
        }
        assert_eq!(Note::read("", &known), None);
    }
}
