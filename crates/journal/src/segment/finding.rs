//! What is wrong with a journal, by place.

use serde::{Serialize, Serializer};
use symbolon_store::Sequence;
use symbolon_token::node::RealmNode;

/// One thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The entry is not the one that was sealed here.
    Changed(Sequence),
    /// The entry is gone.
    Removed(Sequence),
    /// All entries from the first to the second are gone.
    RemovedAll(Sequence, Sequence),
    /// These two changed places.
    Swapped(Sequence, Sequence),
    /// The first is where the second was sealed.
    Moved(Sequence, Sequence),
    /// The entry was put in; those behind it stand one place further than they were sealed.
    Inserted(Sequence),
    /// The entry had been dropped after its retention, and is there again.
    Returned(Sequence),
    /// A place that no entry can have: below the first, or above what was given out.
    OutOfRange(Sequence),
    /// The entry is in no form that this version reads.
    Unreadable(Sequence),
    /// The segment of these entries is not signed by this installation, or was changed.
    Unsigned(Sequence, Sequence),
    /// No segment holds these entries, and later ones are sealed, or these were seen sealed.
    Unsealed(Sequence, Sequence),
    /// The segment of these entries does not go on where the one before ended.
    Unchained(Sequence, Sequence),
    /// These entries were seen sealed, and are other ones now, or have other ones among them.
    Rewritten(Sequence, Sequence),
    /// These entries wait for their seal for longer than any should, while others were written.
    Overdue(Sequence, Sequence),
    /// How long this realm's entries are kept was not set by this installation.
    Retention(RealmNode),
    /// How long entries are kept was set back, or some of it taken away.
    RetentionLost,
    /// Between these entries something was changed, and no single one stands out.
    Disturbed(Sequence, Sequence),
    /// The journal ends here, and a receipt, a checkpoint or the witness names the second, later place.
    CutOff(Sequence, Sequence),
    /// The entries up to here are not those of a checkpoint that was given out.
    Contradicted(Sequence),
    /// The entry is not the one that a receipt tells of.
    Replaced(Sequence),
}

impl Finding {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed(_) => "changed",
            Self::Removed(_) | Self::RemovedAll(..) => "removed",
            Self::Swapped(..) => "swapped",
            Self::Moved(..) => "moved",
            Self::Inserted(_) => "inserted",
            Self::Returned(_) => "returned",
            Self::OutOfRange(_) => "out_of_range",
            Self::Unreadable(_) => "unreadable",
            Self::Unsigned(..) => "unsigned",
            Self::Unsealed(..) => "unsealed",
            Self::Unchained(..) => "unchained",
            Self::Rewritten(..) => "rewritten",
            Self::Overdue(..) => "overdue",
            Self::Retention(_) | Self::RetentionLost => "retention",
            Self::Disturbed(..) => "disturbed",
            Self::CutOff(..) => "cut_off",
            Self::Contradicted(_) => "contradicted",
            Self::Replaced(_) => "replaced",
        }
    }

    /// The place, and the second one where two are meant; 0 where it is no entry's.
    #[must_use]
    pub const fn places(self) -> (Sequence, Option<Sequence>) {
        match self {
            Self::Retention(_) | Self::RetentionLost => (Sequence(0), None),
            Self::Changed(at)
            | Self::Removed(at)
            | Self::Inserted(at)
            | Self::Returned(at)
            | Self::OutOfRange(at)
            | Self::Unreadable(at)
            | Self::Contradicted(at)
            | Self::Replaced(at) => (at, None),
            Self::RemovedAll(at, other)
            | Self::Swapped(at, other)
            | Self::Moved(at, other)
            | Self::Unsigned(at, other)
            | Self::Unsealed(at, other)
            | Self::Unchained(at, other)
            | Self::Rewritten(at, other)
            | Self::Overdue(at, other)
            | Self::Disturbed(at, other)
            | Self::CutOff(at, other) => (at, Some(other)),
        }
    }

    /// The sentence for people.
    #[must_use]
    pub fn sentence(self) -> String {
        let (Sequence(at), other) = self.places();
        let other = other.map_or(at, |other| other.0);
        match self {
            Self::Changed(_) => format!("entry {at} was changed after it was sealed"),
            Self::Removed(_) => format!("entry {at} was removed"),
            Self::RemovedAll(..) => format!("entries {at} to {other} were removed"),
            Self::Swapped(..) => format!("entries {at} and {other} changed places"),
            Self::Moved(..) => format!("at {at} stands the entry that was sealed at {other}"),
            Self::Inserted(_) => format!("an entry was put in at {at}"),
            Self::Returned(_) => format!("entry {at} had been dropped and is there again"),
            Self::OutOfRange(_) => format!("there is an entry at {at}, where none can be"),
            Self::Unreadable(_) => format!("entry {at} cannot be read"),
            Self::Unsigned(..) => {
                format!("the seal over {at} to {other} was changed, or is not of this installation")
            }
            Self::Unsealed(..) => format!("the seal over {at} to {other} is gone"),
            Self::Unchained(..) => {
                format!("the seal over {at} to {other} does not follow from the one before")
            }
            Self::Rewritten(..) => format!(
                "something between {at} and {other} is not what this machine saw sealed or gave out"
            ),
            Self::Overdue(..) => format!(
                "entries {at} to {other} should be sealed by now: the seal is gone, or nobody seals"
            ),
            Self::Retention(realm) => format!(
                "how long the entries of realm {} are kept was not set by this installation: none of \
                 them is dropped until it is set anew",
                realm.0
            ),
            Self::RetentionLost => {
                "how long entries are kept is not what this machine saw last: none \
                 is dropped until it is set anew"
                    .to_owned()
            }
            Self::Disturbed(..) => format!("something between {at} and {other} was changed"),
            Self::CutOff(..) => {
                format!("the journal ends at {at}, and entry {other} was given out or seen sealed")
            }
            Self::Contradicted(_) => {
                format!("the entries up to {at} are not those of the checkpoint")
            }
            Self::Replaced(_) => format!("entry {at} is not the one that the receipt tells of"),
        }
    }
}

/// `{"finding": "removed", "sequence": 7, "detail": "…"}`, with `other` where two places are meant.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told {
            finding: &'static str,
            sequence: i64,
            #[serde(skip_serializing_if = "Option::is_none")]
            other: Option<i64>,
            detail: String,
        }
        let (at, other) = self.places();
        let told = Told {
            finding: self.name(),
            sequence: at.0,
            other: other.map(|other| other.0),
            detail: self.sentence(),
        };
        told.serialize(serializer)
    }
}
