use proptest::prelude::*;
use symbolon_token::node::{NodeId, RealmNode};

use super::*;
use crate::random::SystemRandom;

const NOON: Time = Time(1_800_000_000_000);
const SECRET: &[u8] = b"a client's secret";

fn realm(number: i64) -> RealmNode {
    RealmNode(NodeId::from_number(number).unwrap())
}

fn place() -> Place<'static> {
    Place {
        realm: realm(1),
        table: "client_secret",
        column: "sealed",
        row: RowId::Number(7),
    }
}

fn ring() -> RootKeys {
    RootKeys::generate(&SystemRandom)
}

fn sealed(seals: &Seals) -> Vec<u8> {
    seals.seal(&place(), NOON, SECRET, &SystemRandom)
}

#[test]
fn a_value_opens_in_its_place_at_any_later_time() {
    let ring = ring();
    let sealed = sealed(&Seals::new(&ring));
    assert_eq!(sealed.len(), SECRET.len() + OVERHEAD);
    let opened = Seals::new(&ring).open(&place(), &sealed).unwrap();
    assert_eq!(*opened, SECRET);
}

#[test]
fn a_value_opens_in_no_other_place() {
    let seals = Seals::new(&ring());
    let sealed = sealed(&seals);
    let others = [
        Place {
            realm: realm(2),
            ..place()
        },
        Place {
            table: "client",
            ..place()
        },
        Place {
            column: "seal",
            ..place()
        },
        Place {
            table: "client_secretsealed",
            column: "",
            ..place()
        },
        Place {
            row: RowId::Number(8),
            ..place()
        },
        Place {
            row: RowId::Bytes(&[0, 0, 0, 0, 0, 0, 0, 7]),
            ..place()
        },
    ];
    for other in others {
        assert_eq!(
            seals.open(&other, &sealed),
            Err(OpenError::Changed),
            "{other:?}"
        );
    }
}

#[test]
fn another_hour_in_the_header_opens_nothing() {
    let seals = Seals::new(&ring());
    let mut moved = sealed(&seals);
    moved[8] = moved[8].wrapping_add(1);
    assert_eq!(seals.open(&place(), &moved), Err(OpenError::Changed));
}

#[test]
fn keys_differ_by_hour_and_nonces_by_seal() {
    let seals = Seals::new(&ring());
    let (one, two) = (sealed(&seals), sealed(&seals));
    assert_eq!(one[..HEADER], two[..HEADER]);
    assert_ne!(one[HEADER..], two[HEADER..]);
    let later = Time(NOON.0 + HOUR_MILLIS);
    let later = seals.seal(&place(), later, SECRET, &SystemRandom);
    assert_ne!(one[..HEADER], later[..HEADER]);
}

#[test]
fn what_an_old_root_key_sealed_opens_after_a_rotation() {
    let old = ring();
    let before = sealed(&Seals::new(&old));
    let rotated = Seals::new(&old.rotated(&SystemRandom).unwrap());
    assert_eq!(*rotated.open(&place(), &before).unwrap(), SECRET);
    let after = sealed(&rotated);
    assert_eq!(Seals::root_key_of(&before), Ok(RootKeyId(1)));
    assert_eq!(Seals::root_key_of(&after), Ok(RootKeyId(2)));
    let refused = Seals::new(&old).open(&place(), &after);
    assert_eq!(refused, Err(OpenError::UnknownRootKey { id: RootKeyId(2) }));
}

#[test]
fn another_ring_opens_nothing() {
    let refused = Seals::new(&ring()).open(&place(), &sealed(&Seals::new(&ring())));
    assert_eq!(refused, Err(OpenError::Changed));
}

proptest! {
    #[test]
    fn a_value_with_any_bit_changed_is_refused(at in 0..SECRET.len() + OVERHEAD, bit in 0..8_u8) {
        let seals = Seals::new(&ring());
        let mut changed = sealed(&seals);
        changed[at] ^= 1 << bit;
        prop_assert!(seals.open(&place(), &changed).is_err());
    }

    #[test]
    fn every_value_opens_and_no_cut_does(plain: Vec<u8>, kept: prop::sample::Index) {
        let seals = Seals::new(&ring());
        let sealed = seals.seal(&place(), NOON, &plain, &SystemRandom);
        prop_assert_eq!(&*seals.open(&place(), &sealed).unwrap(), &plain);
        let cut = &sealed[..kept.index(sealed.len())];
        prop_assert!(seals.open(&place(), cut).is_err());
    }
}
