//! What cannot be chosen.

use std::time::Duration;

use symbolon_gate::{SettingError, Settings};

use crate::arrange::{gate, route, settings};

fn refused(change: impl FnOnce(&mut Settings)) -> Option<SettingError> {
    let mut chosen = settings(vec![route()]);
    change(&mut chosen);
    gate(chosen).err()
}

#[test]
fn a_gate_that_nobody_or_everybody_may_ask_is_none() {
    let everybody = "::/0".parse().unwrap();
    assert_eq!(refused(|_| ()), None);
    assert_eq!(
        refused(|chosen| chosen.proxies.clear()),
        Some(SettingError::NoProxies)
    );
    assert_eq!(
        refused(|chosen| chosen.proxies.push(everybody)),
        Some(SettingError::Everybody(everybody))
    );
    assert_eq!(
        refused(|chosen| chosen.routes.clear()),
        Some(SettingError::NoRoutes)
    );
}

#[test]
fn an_assertion_lives_a_minute_at_most() {
    for (seconds, expected) in [
        (0, Some(SettingError::Lifetime)),
        (60, None),
        (61, Some(SettingError::Lifetime)),
    ] {
        let lifetime = Duration::from_secs(seconds);
        let refused = refused(|chosen| {
            if let Some(assertion) = &mut chosen.assertion {
                assertion.lifetime = lifetime;
            }
        });
        assert_eq!(refused, expected);
    }
}
