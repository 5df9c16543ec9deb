//! Ears: who hears a channel's stream under a name, so that echoes of acknowledgements that came to
//! another process are told there.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use symbolon_token::time::Time;

use super::follower::Name;

/// Echoes that wait for one who reads slowly: as many as a follower has questions open.
const MAX_ECHOES: usize = 8;

/// One who listens under its name.
struct Ear {
    number: u64,
    echoes: VecDeque<String>,
    /// When other processes were told last that it is here.
    told_at: Option<Time>,
}

/// All who listen under their names.
#[derive(Default)]
pub(super) struct Ears {
    all: HashMap<Name, Ear>,
    opened: u64,
    /// Those that are gone, of whom others were told.
    gone: Vec<Name>,
}

impl Ears {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Somebody listens under this name. Whoever did so before hears no more: a follower that came back
    /// has left a connection behind that nobody has closed yet.
    pub(super) fn open(&mut self, name: Name) -> u64 {
        self.opened += 1;
        let ear = Ear {
            number: self.opened,
            echoes: VecDeque::new(),
            told_at: None,
        };
        self.all.insert(name, ear);
        self.opened
    }

    /// It listens no more.
    pub(super) fn close(&mut self, name: &Name, number: u64) {
        let is_own = self.all.get(name).is_some_and(|ear| ear.number == number);
        if is_own
            && let Some(ear) = self.all.remove(name)
            && ear.told_at.is_some()
        {
            self.gone.push(name.clone());
        }
    }

    /// Lets it hear an echo, if it listens.
    pub(super) fn tell(&mut self, name: &Name, echo: String) {
        if let Some(ear) = self.all.get_mut(name) {
            if ear.echoes.len() == MAX_ECHOES {
                ear.echoes.pop_front();
            }
            ear.echoes.push_back(echo);
        }
    }

    /// What it has not heard yet; nothing where another listens under its name by now.
    pub(super) fn take(&mut self, name: &Name, number: u64) -> Option<VecDeque<String>> {
        let ear = self.all.get_mut(name)?;
        (ear.number == number).then(|| std::mem::take(&mut ear.echoes))
    }

    /// Those of whom others are to be told, because they are new or that was so long ago. They are then.
    pub(super) fn due(&mut self, again: Duration, now: Time) -> Vec<Name> {
        let is_due = |ear: &Ear| ear.told_at.is_none_or(|at| now.since(at) >= again);
        let due = self.all.iter_mut().filter(|(_, ear)| is_due(ear));
        let due = due.map(|(name, ear)| {
            ear.told_at = Some(now);
            name.clone()
        });
        due.collect()
    }

    /// Nobody was told: again as if that had been then.
    pub(super) fn untold(&mut self, then: Time) {
        for ear in self.all.values_mut() {
            ear.told_at = ear.told_at.map(|at| at.min(then));
        }
    }

    /// Those that are gone since the last time, of whom others know.
    pub(super) fn gone(&mut self) -> Vec<Name> {
        std::mem::take(&mut self.gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_800_000_000_000);
    const AGAIN: Duration = Duration::from_secs(15);

    fn name() -> Name {
        ("api".to_owned(), "one".to_owned())
    }

    #[test]
    fn whoever_comes_back_hears_and_the_connection_left_behind_does_not() {
        let mut ears = Ears::default();
        let before = ears.open(name());
        let after = ears.open(name());
        ears.tell(&name(), "echo".to_owned());
        assert_eq!(ears.take(&name(), before), None);
        assert_eq!(ears.take(&name(), after), Some(["echo".to_owned()].into()));
        ears.close(&name(), before);
        assert_eq!(ears.take(&name(), after), Some(VecDeque::new()));
        ears.close(&name(), after);
        assert!(ears.is_empty());
    }

    #[test]
    fn of_a_name_only_its_own_client_hears() {
        let mut ears = Ears::default();
        let number = ears.open(name());
        ears.tell(&("stranger".to_owned(), "one".to_owned()), "x".to_owned());
        assert_eq!(ears.take(&name(), number), Some(VecDeque::new()));
    }

    #[test]
    fn who_reads_slowly_hears_the_newest() {
        let mut ears = Ears::default();
        let number = ears.open(name());
        for echo in 0..=MAX_ECHOES {
            ears.tell(&name(), echo.to_string());
        }
        let heard = ears.take(&name(), number).unwrap();
        assert_eq!((heard.len(), &*heard[0]), (MAX_ECHOES, "1"));
    }

    #[test]
    fn others_are_told_at_once_and_now_and_then_and_of_the_end() {
        let mut ears = Ears::default();
        let number = ears.open(name());
        assert_eq!(ears.due(AGAIN, NOON), [name()]);
        let later = NOON.plus(AGAIN / 2);
        assert_eq!(ears.due(AGAIN, later), [] as [Name; 0]);
        ears.untold(later.minus(AGAIN));
        assert_eq!(ears.due(AGAIN, later), [name()]);
        ears.close(&name(), number);
        assert_eq!(ears.gone(), [name()]);
        assert_eq!(ears.gone(), [] as [Name; 0]);
    }

    #[test]
    fn of_whom_nobody_knew_nobody_need_hear_that_it_is_gone() {
        let mut ears = Ears::default();
        let number = ears.open(name());
        ears.close(&name(), number);
        assert_eq!(ears.gone(), [] as [Name; 0]);
    }
}
