//! The bytes of an entry: compact, because there is one for every token ever issued.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version |
//! | 1, 1 | verb, its highest bit set where it was refused; noun |
//! | 6 | time, milliseconds since 1970 |
//! | 8 | realm |
//! | 1 (+ 8) | actor (and its node; a client that the facts name already is not repeated) |
//! | rest | facts: one byte of tag, then what the tag says |
//!
//! An issued access token with client, secret, subject, resource, key, status, expiry and network
//! takes 84 bytes. Version 1 had a byte of its own for the outcome; it is still read.

use symbolon_token::call::Actor;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;
use thiserror::Error;

use crate::event::{Event, Noun, Verb};
use crate::fact::{Block, Fact, Role, Stands};
use crate::outcome::Outcome;

const VERSION: u8 = 2;

/// The version before, whose outcome stands in a byte behind the noun.
const WITH_OUTCOME: u8 = 1;

/// In the byte of the verb: it was refused.
const REFUSED: u8 = 0x80;

/// Longest text that a fact keeps, in bytes: it is a word or a sentence, not a document.
const MAX_TEXT: usize = 400;

/// Longest sealed text, in bytes: a text, its nonce and its tag.
const MAX_SEALED: usize = MAX_TEXT + 12 + 16;

mod actor {
    pub(super) const ANONYMOUS: u8 = 0;
    pub(super) const CLIENT: u8 = 1;
    pub(super) const OPERATOR: u8 = 2;
    pub(super) const SUBJECT: u8 = 3;
    pub(super) const SYSTEM: u8 = 4;
    pub(super) const CLIENT_OF_FACTS: u8 = 5;
}

mod tag {
    /// Tags below this are nodes, the tag being the code of the role.
    pub(super) const NODES: u8 = 32;
    pub(super) const STATUS: u8 = 32;
    pub(super) const EXPIRES: u8 = 33;
    pub(super) const NETWORK: u8 = 34;
    pub(super) const STANDS: u8 = 35;
    pub(super) const BLOCK: u8 = 36;
    pub(super) const REQUEST: u8 = 37;
    pub(super) const NAME: u8 = 38;
    pub(super) const REASON: u8 = 39;
    pub(super) const TERM: u8 = 40;
    pub(super) const SEALED: u8 = 60;
    /// An expiry, in milliseconds after the event.
    pub(super) const EXPIRES_IN: u8 = 61;
}

/// Bytes that are no entry of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this journal entry was not written by this version of Symbolon, or was changed")]
pub struct DecodeError;

pub(crate) fn encode(event: &Event) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96);
    bytes.push(VERSION);
    let outcome = match event.outcome {
        Outcome::Done => 0,
        Outcome::Refused => REFUSED,
    };
    bytes.push(code(&Verb::ALL, &event.verb) | outcome);
    bytes.push(code(&Noun::ALL, &event.noun));
    push_time(&mut bytes, event.at);
    push_node(&mut bytes, event.realm.0);
    push_actor(&mut bytes, event);
    for fact in &event.facts {
        push_fact(&mut bytes, event.at, fact);
    }
    bytes
}

fn code<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let at = all.iter().position(|other| other == one);
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

fn push_time(bytes: &mut Vec<u8>, time: Time) {
    let [_, _, rest @ ..] = time.0.clamp(0, (1 << 48) - 1).to_be_bytes();
    bytes.extend_from_slice(&rest);
}

fn push_node(bytes: &mut Vec<u8>, node: NodeId) {
    bytes.extend_from_slice(&node.number().to_be_bytes());
}

fn push_actor(bytes: &mut Vec<u8>, event: &Event) {
    let (tag, node) = match event.actor {
        Actor::Anonymous => (actor::ANONYMOUS, None),
        Actor::Client(client) if event.node(Role::Client) == Some(client.0) => {
            (actor::CLIENT_OF_FACTS, None)
        }
        Actor::Client(client) => (actor::CLIENT, Some(client.0)),
        Actor::Operator => (actor::OPERATOR, None),
        Actor::Subject(subject) => (actor::SUBJECT, Some(subject.0)),
        Actor::System => (actor::SYSTEM, None),
    };
    bytes.push(tag);
    if let Some(node) = node {
        push_node(bytes, node);
    }
}

fn push_fact(bytes: &mut Vec<u8>, now: Time, fact: &Fact) {
    match fact {
        Fact::Node(role, node) => {
            bytes.push(code(&Role::ALL, role));
            push_node(bytes, *node);
        }
        Fact::Status(status) => {
            bytes.push(tag::STATUS);
            bytes.extend_from_slice(&status.bucket.0.to_be_bytes());
            bytes.extend_from_slice(&status.index.to_be_bytes());
        }
        Fact::Expires(at) => push_expiry(bytes, now, *at),
        Fact::Network(digest) => {
            bytes.push(tag::NETWORK);
            bytes.extend_from_slice(digest);
        }
        Fact::Stands(stands) => {
            bytes.push(tag::STANDS);
            push_node(bytes, stands.node);
            bytes.extend_from_slice(&stands.epoch.0.to_be_bytes());
            bytes.push(stands.state);
        }
        Fact::Block(block) => {
            bytes.push(tag::BLOCK);
            bytes.extend_from_slice(&block.bucket.0.to_be_bytes());
            bytes.extend_from_slice(&block.first.to_be_bytes());
            bytes.extend_from_slice(&block.count.to_be_bytes());
        }
        Fact::Request(request) => {
            bytes.push(tag::REQUEST);
            push_node(bytes, *request);
        }
        Fact::Term(term) => {
            bytes.push(tag::TERM);
            bytes.extend_from_slice(&term.to_be_bytes());
        }
        Fact::Name(text) => push_text(bytes, tag::NAME, text),
        Fact::Reason(text) => push_text(bytes, tag::REASON, text),
        Fact::Sealed(subject, sealed) => {
            bytes.push(tag::SEALED);
            push_node(bytes, subject.0);
            let sealed = sealed.get(..MAX_SEALED.min(sealed.len())).unwrap_or(&[]);
            let length = u16::try_from(sealed.len()).unwrap_or(0);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(sealed);
        }
    }
}

/// Most tokens expire within seven weeks: four bytes then, else six.
fn push_expiry(bytes: &mut Vec<u8>, now: Time, at: Time) {
    let is_whole = (0..1 << 48).contains(&now.0);
    match u32::try_from(at.0.saturating_sub(now.0)) {
        Ok(millis) if is_whole => {
            bytes.push(tag::EXPIRES_IN);
            bytes.extend_from_slice(&millis.to_be_bytes());
        }
        Ok(_) | Err(_) => {
            bytes.push(tag::EXPIRES);
            push_time(bytes, at);
        }
    }
}

fn push_text(bytes: &mut Vec<u8>, tag: u8, text: &str) {
    let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or("");
    let length = u16::try_from(text.len()).unwrap_or(0);
    bytes.push(tag);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// When an entry was written and in which realm, without reading the rest of it.
pub(crate) fn head(bytes: &[u8]) -> Result<(Time, RealmNode), DecodeError> {
    let mut rest = Reader(bytes);
    rest.words()?;
    Ok((rest.time()?, RealmNode(rest.node()?)))
}

/// When an entry was written; `None` where this version cannot read it.
pub(crate) fn time(bytes: &[u8]) -> Option<Time> {
    head(bytes).ok().map(|(at, _)| at)
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Event, DecodeError> {
    let mut rest = Reader(bytes);
    let (verb, noun, outcome) = rest.words()?;
    let at = rest.time()?;
    let realm = RealmNode(rest.node()?);
    let actor_tag = rest.byte()?;
    let actor_node = match actor_tag {
        actor::CLIENT | actor::SUBJECT => Some(rest.node()?),
        _ => None,
    };
    let mut event = Event {
        at,
        realm,
        verb,
        noun,
        outcome,
        actor: Actor::Anonymous,
        facts: Vec::new(),
    };
    while !rest.0.is_empty() {
        event.facts.push(rest.fact(at)?);
    }
    event.actor = match (actor_tag, actor_node) {
        (actor::ANONYMOUS, _) => Actor::Anonymous,
        (actor::CLIENT, Some(node)) => Actor::Client(ClientNode(node)),
        (actor::CLIENT_OF_FACTS, _) => {
            let client = event.node(Role::Client).ok_or(DecodeError)?;
            Actor::Client(ClientNode(client))
        }
        (actor::OPERATOR, _) => Actor::Operator,
        (actor::SUBJECT, Some(node)) => Actor::Subject(SubjectNode(node)),
        (actor::SYSTEM, _) => Actor::System,
        _ => return Err(DecodeError),
    };
    Ok(event)
}

fn named<T: Copy>(all: &[T], code: u8) -> Result<T, DecodeError> {
    all.get(usize::from(code)).copied().ok_or(DecodeError)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(DecodeError)?;
        self.0 = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn number(&mut self) -> Result<u32, DecodeError> {
        self.take().map(u32::from_be_bytes)
    }

    fn time(&mut self) -> Result<Time, DecodeError> {
        let bytes = self.take::<6>()?;
        let millis = bytes
            .iter()
            .fold(0, |millis, byte| millis << 8 | i64::from(*byte));
        Ok(Time(millis))
    }

    fn node(&mut self) -> Result<NodeId, DecodeError> {
        let number = self.take().map(i64::from_be_bytes)?;
        NodeId::from_number(number).map_err(|_| DecodeError)
    }

    fn bytes(&mut self) -> Result<&[u8], DecodeError> {
        let length = usize::from(self.take().map(u16::from_be_bytes)?);
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(DecodeError)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, DecodeError> {
        let text = std::str::from_utf8(self.bytes()?).map_err(|_| DecodeError)?;
        Ok(text.to_owned())
    }

    /// What stands before the time.
    fn words(&mut self) -> Result<(Verb, Noun, Outcome), DecodeError> {
        let [version, verb, noun] = self.take()?;
        let (verb, refused) = match version {
            VERSION => (verb & !REFUSED, verb & REFUSED),
            WITH_OUTCOME => (verb, self.byte()?),
            _ => return Err(DecodeError),
        };
        let outcome = match refused {
            0 => Outcome::Done,
            1 | REFUSED => Outcome::Refused,
            _ => return Err(DecodeError),
        };
        Ok((named(&Verb::ALL, verb)?, named(&Noun::ALL, noun)?, outcome))
    }

    fn fact(&mut self, now: Time) -> Result<Fact, DecodeError> {
        let fact = match self.byte()? {
            role if role < tag::NODES => Fact::Node(named(&Role::ALL, role)?, self.node()?),
            tag::STATUS => Fact::Status(StatusRef {
                bucket: Bucket(self.number()?),
                index: self.number()?,
            }),
            tag::EXPIRES => Fact::Expires(self.time()?),
            tag::EXPIRES_IN => Fact::Expires(Time(now.0 + i64::from(self.number()?))),
            tag::NETWORK => Fact::Network(self.take()?),
            tag::STANDS => Fact::Stands(Stands {
                node: self.node()?,
                epoch: Epoch(self.take().map(i64::from_be_bytes)?),
                state: self.byte()?,
            }),
            tag::BLOCK => Fact::Block(Block {
                bucket: Bucket(self.number()?),
                first: self.number()?,
                count: self.number()?,
            }),
            tag::REQUEST => Fact::Request(self.node()?),
            tag::TERM => Fact::Term(self.take().map(i64::from_be_bytes)?),
            tag::NAME => Fact::Name(self.text()?),
            tag::REASON => Fact::Reason(self.text()?),
            tag::SEALED => Fact::Sealed(SubjectNode(self.node()?), self.bytes()?.to_vec()),
            _ => return Err(DecodeError),
        };
        Ok(fact)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use symbolon_token::call::{Call, RequestId};

    use super::*;

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn call() -> Call {
        Call {
            now: Time(1_800_000_000_000),
            request_id: RequestId(node(99)),
            actor: Actor::Client(ClientNode(node(2))),
            address: None,
        }
    }

    fn issued() -> Event {
        Event::done(&call(), RealmNode(node(1)), Verb::Issue, Noun::Access)
            .client(ClientNode(node(2)))
            .fact(Fact::Node(Role::ClientSecret, node(3)))
            .fact(Fact::Node(Role::Resource, node(4)))
            .fact(Fact::Node(Role::SigningKey, node(5)))
            .fact(Fact::Node(Role::Subject, node(6)))
            .status(StatusRef {
                bucket: Bucket(500_000),
                index: 77,
            })
            .expires(Time(1_800_000_300_000))
            .fact(Fact::Network([1, 2, 3, 4, 5, 6]))
    }

    #[test]
    fn an_issued_token_takes_few_bytes_and_reads_back() {
        let bytes = encode(&issued());
        assert_eq!(bytes.len(), 84);
        assert_eq!(decode(&bytes), Ok(issued()));
    }

    #[test]
    fn every_fact_reads_back() {
        let event = Event::refused(
            &call().by(Actor::Subject(SubjectNode(node(8)))),
            RealmNode(node(1)),
            Verb::Verify,
            Noun::ClientSecret,
            "invalid_client",
        )
        .other_realm(RealmNode(node(12)))
        .stands(Stands {
            node: node(12),
            epoch: Epoch(1 << 33),
            state: 2,
        })
        .name("näme")
        .block(Block {
            bucket: Bucket(1),
            first: 2,
            count: 3,
        });
        assert_eq!(decode(&encode(&event)), Ok(event));
    }

    #[test]
    fn what_the_version_before_wrote_is_read() {
        let new = encode(&issued());
        let (words, rest) = new.split_at(3);
        let old = [&[WITH_OUTCOME, words[1], words[2], 0], rest].concat();
        assert_eq!(decode(&old), Ok(issued()));
        assert_eq!(time(&old), Some(issued().at));
        let refused = [&[WITH_OUTCOME, words[1], words[2], 1], rest].concat();
        assert_eq!(
            decode(&refused).map(|event| event.outcome),
            Ok(Outcome::Refused)
        );
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let event = issued().reason("ä".repeat(MAX_TEXT));
        let read = decode(&encode(&event)).unwrap();
        assert_eq!(
            read.facts.last(),
            Some(&Fact::Reason("ä".repeat(MAX_TEXT / 2)))
        );
    }

    #[test]
    fn every_code_names_one_word() {
        for (at, verb) in Verb::ALL.iter().enumerate() {
            assert_eq!(usize::from(code(&Verb::ALL, verb)), at);
        }
        for (at, noun) in Noun::ALL.iter().enumerate() {
            assert_eq!(usize::from(code(&Noun::ALL, noun)), at);
        }
    }

    fn any_node() -> impl Strategy<Value = NodeId> {
        (0..=i64::MAX).prop_map(node)
    }

    fn any_status() -> impl Strategy<Value = StatusRef> {
        (any::<u32>(), any::<u32>()).prop_map(|(bucket, index)| StatusRef {
            bucket: Bucket(bucket),
            index,
        })
    }

    fn any_fact() -> impl Strategy<Value = Fact> {
        let time = (0_i64..1 << 48).prop_map(Time);
        let block = (any_status(), any::<u32>()).prop_map(|(first, count)| Block {
            bucket: first.bucket,
            first: first.index,
            count,
        });
        let stands = (any_node(), any::<i64>(), any::<u8>());
        let stands = stands.prop_map(|(node, epoch, state)| Stands {
            node,
            epoch: Epoch(epoch),
            state,
        });
        prop_oneof![
            (prop::sample::select(&Role::ALL[..]), any_node())
                .prop_map(|(role, node)| Fact::Node(role, node)),
            any_status().prop_map(Fact::Status),
            time.prop_map(Fact::Expires),
            any::<[u8; 6]>().prop_map(Fact::Network),
            stands.prop_map(Fact::Stands),
            any::<i64>().prop_map(Fact::Term),
            block.prop_map(Fact::Block),
            any_node().prop_map(Fact::Request),
            ".{0,90}".prop_map(Fact::Name),
            ".{0,90}".prop_map(Fact::Reason),
            (any_node(), prop::collection::vec(any::<u8>(), 0..90))
                .prop_map(|(node, sealed)| Fact::Sealed(SubjectNode(node), sealed)),
        ]
    }

    fn any_actor() -> impl Strategy<Value = Actor> {
        prop_oneof![
            Just(Actor::Anonymous),
            Just(Actor::Operator),
            Just(Actor::System),
            any_node().prop_map(|node| Actor::Client(ClientNode(node))),
            any_node().prop_map(|node| Actor::Subject(SubjectNode(node))),
        ]
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let words = (
            prop::sample::select(&Verb::ALL[..]),
            prop::sample::select(&Noun::ALL[..]),
            prop::sample::select(&[Outcome::Done, Outcome::Refused][..]),
        );
        let facts = prop::collection::vec(any_fact(), 0..12);
        let who = (any_node(), any_actor(), 0_i64..1 << 48);
        (words, who, facts).prop_map(|((verb, noun, outcome), (realm, actor, at), facts)| Event {
            at: Time(at),
            realm: RealmNode(realm),
            verb,
            noun,
            outcome,
            actor,
            facts,
        })
    }

    proptest! {
        #[test]
        fn every_event_reads_back(event in any_event()) {
            prop_assert_eq!(decode(&encode(&event)), Ok(event));
        }

        #[test]
        fn a_cut_entry_never_reads_as_the_whole(length in 0_usize..88) {
            let bytes = encode(&issued());
            prop_assume!(length < bytes.len());
            prop_assert_ne!(decode(&bytes[..length]), Ok(issued()));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(event) = decode(&bytes) {
                prop_assert_eq!(decode(&encode(&event)), Ok(event));
            }
        }
    }
}
