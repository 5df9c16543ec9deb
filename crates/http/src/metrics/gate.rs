//! What a gate of its own counts: what it decided, what it asked, and how old what it knows is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use symbolon_gate::{Decision, Front, RouteKind};

use super::histogram::Histogram;

/// What is counted of a gate since its start.
#[derive(Default)]
pub struct GateCounts {
    decisions: [[[AtomicU64; Decision::OUTCOMES.len()]; RouteKind::ALL.len()]; Front::ALL.len()],
    asked: [AtomicU64; Asked::ALL.len()],
    seconds: Histogram,
}

/// What the authority said of a token that it was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It lives.
    Active,
    /// It does not.
    Inactive,
    /// There was no answer in time, or none that could be read.
    Failed,
}

impl Asked {
    const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Failed];

    const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Failed => "failed",
        }
    }
}

/// How what is known for one audience stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which audience.
    pub audience: String,
    /// `fresh`, `stale` or `dark`.
    pub state: &'static str,
    /// How old it is; `None` before anything came.
    pub age: Option<Duration>,
    /// Presented tokens that were remembered.
    pub hits: u64,
    /// Presented tokens whose signature had to be checked.
    pub misses: u64,
    /// How many tokens are remembered.
    pub remembered: usize,
}

/// The states of [`Known`].
const STATES: [&str; 3] = ["fresh", "stale", "dark"];

impl GateCounts {
    /// Counts what was decided.
    pub(crate) fn decided(&self, decision: &Decision) {
        let front = Front::ALL.iter().position(|one| *one == decision.front);
        let route = RouteKind::ALL.iter().position(|one| *one == decision.route);
        let mut outcomes = Decision::OUTCOMES.iter();
        let outcome = outcomes.position(|one| *one == decision.outcome);
        let count = front.zip(route).zip(outcome);
        let count = count.and_then(|((front, route), outcome)| {
            self.decisions.get(front)?.get(route)?.get(outcome)
        });
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts what the authority said of a token, and how long that took.
    pub fn asked(&self, said: Asked, took: Duration) {
        if let Some(count) = self.asked.get(said as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.seconds.observe(took);
    }
}

/// Everything that is counted, now, as text (`OpenMetrics`).
///
/// # Errors
/// When it cannot be written as text.
pub(crate) fn gate_text(counts: &Arc<GateCounts>, known: Vec<Known>) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("symbolon");
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    registry.register("build", "The version that runs", Info::new(version));
    let counts = Arc::clone(counts);
    registry.register_collector(Box::new(Scrape { counts, known }));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry)?;
    Ok(text)
}

/// One reading.
struct Scrape {
    counts: Arc<GateCounts>,
    known: Vec<Known>,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        self.decisions(&mut encoder)?;
        self.introspections(&mut encoder)?;
        self.states(&mut encoder)?;
        self.ages(&mut encoder)?;
        self.recalled(&mut encoder)
    }
}

impl Scrape {
    fn decisions(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "What the gate decided, by proxy, kind of route and outcome";
        let kind = MetricType::Counter;
        let mut family = encoder.encode_descriptor("gate_decisions", help, None, kind)?;
        for (front, routes) in Front::ALL.iter().zip(&self.counts.decisions) {
            for (route, outcomes) in RouteKind::ALL.iter().zip(routes) {
                for (outcome, count) in Decision::OUTCOMES.iter().zip(outcomes) {
                    let count = count.load(Ordering::Relaxed);
                    if count > 0 {
                        let labels = [
                            ("front", front.name()),
                            ("route", route.name()),
                            ("outcome", *outcome),
                        ];
                        ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn introspections(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "What the authority said of tokens that it was asked about";
        let kind = MetricType::Counter;
        let mut family = encoder.encode_descriptor("gate_introspections", help, None, kind)?;
        for (said, count) in Asked::ALL.iter().zip(&self.counts.asked) {
            let count = ConstCounter::new(count.load(Ordering::Relaxed));
            count.encode(family.encode_family(&[("said", said.name())])?)?;
        }
        let help = "How long the authority took to say it";
        let (seconds, kind) = (Some(&Unit::Seconds), MetricType::Histogram);
        let mut family =
            encoder.encode_descriptor("gate_introspection_duration", help, seconds, kind)?;
        let took = self.counts.seconds.snapshot();
        family.encode_histogram::<NoLabelSet>(took.sum, took.count, &took.buckets, None)
    }

    fn states(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "Whether what is known by the feed is in this state: 1, else 0";
        let kind = MetricType::Gauge;
        let mut family = encoder.encode_descriptor("gate_feed_state", help, None, kind)?;
        for known in &self.known {
            for state in STATES {
                let labels = [("audience", known.audience.as_str()), ("state", state)];
                let is_it = ConstGauge::new(i64::from(known.state == state));
                is_it.encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }

    fn ages(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "How old what is known by the feed is; absent before anything was known";
        let (seconds, kind) = (Some(&Unit::Seconds), MetricType::Gauge);
        let mut family = encoder.encode_descriptor("gate_feed_age", help, seconds, kind)?;
        for known in &self.known {
            if let Some(age) = known.age {
                let age = ConstGauge::new(age.as_secs_f64());
                age.encode(family.encode_family(&[("audience", known.audience.as_str())])?)?;
            }
        }
        Ok(())
    }

    fn recalled(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "Presented tokens that were remembered (hit) or had to be verified (miss)";
        let kind = MetricType::Counter;
        let mut family = encoder.encode_descriptor("gate_cache", help, None, kind)?;
        for known in &self.known {
            for (result, count) in [("hit", known.hits), ("miss", known.misses)] {
                let labels = [("audience", known.audience.as_str()), ("result", result)];
                ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
            }
        }
        let help = "How many tokens are remembered";
        let kind = MetricType::Gauge;
        let mut family = encoder.encode_descriptor("gate_tokens_remembered", help, None, kind)?;
        for known in &self.known {
            let count = i64::try_from(known.remembered).unwrap_or(i64::MAX);
            let labels = [("audience", known.audience.as_str())];
            ConstGauge::new(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_asked_and_known_is_told() {
        let counts = Arc::new(GateCounts::default());
        let decision = Decision {
            front: Front::Forward,
            route: RouteKind::Guarded,
            outcome: "insufficient_scope",
        };
        counts.decided(&decision);
        counts.decided(&decision);
        counts.asked(Asked::Failed, Duration::from_millis(2));
        let known = Known {
            audience: "https://api.example".to_owned(),
            state: "stale",
            age: Some(Duration::from_millis(3500)),
            hits: 7,
            misses: 2,
            remembered: 1,
        };
        let text = gate_text(&counts, vec![known]).unwrap();
        let audience = "audience=\"https://api.example\"";
        for line in [
            "symbolon_gate_decisions_total{front=\"forward\",route=\"guarded\",\
             outcome=\"insufficient_scope\"} 2"
                .to_owned(),
            "symbolon_gate_introspections_total{said=\"failed\"} 1".to_owned(),
            "symbolon_gate_introspection_duration_seconds_count 1".to_owned(),
            format!("symbolon_gate_feed_state{{{audience},state=\"stale\"}} 1"),
            format!("symbolon_gate_feed_state{{{audience},state=\"dark\"}} 0"),
            format!("symbolon_gate_feed_age_seconds{{{audience}}} 3.5"),
            format!("symbolon_gate_cache_total{{{audience},result=\"hit\"}} 7"),
            format!("symbolon_gate_tokens_remembered{{{audience}}} 1"),
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }

    #[test]
    fn every_outcome_is_told_apart() {
        let mut all = Decision::OUTCOMES.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Decision::OUTCOMES.len());
    }
}
