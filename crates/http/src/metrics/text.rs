//! The text form of what is counted (`OpenMetrics`).

use std::fmt;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use symbolon_token::time::Time;

use super::histogram::Snapshot;
use super::{Route, STATUSES};
use crate::app::App;

/// Everything that is counted, now.
///
/// # Errors
/// When it cannot be written as text.
pub(crate) fn text(app: &App, now: Time) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("symbolon");
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    registry.register("build", "The version that runs", Info::new(version));
    registry.register_collector(Box::new(Scrape {
        app: app.clone(),
        now,
    }));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry)?;
    Ok(text)
}

/// One reading.
struct Scrape {
    app: App,
    now: Time,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        self.replies(&mut encoder)?;
        self.durations(&mut encoder)?;
        self.tokens(&mut encoder)?;
        self.refusals(&mut encoder)?;
        self.feed(&mut encoder)?;
        let help = "Whether the machine's clock jumped, and nothing is issued until it is steady";
        let family = encoder.encode_descriptor("clock_jumped", help, None, MetricType::Gauge)?;
        ConstGauge::new(i64::from(!self.app.is_trusted())).encode(family)?;
        let behind = self.app.world().follower.behind(self.now).as_millis();
        let behind = ConstGauge::new(i64::try_from(behind).unwrap_or(i64::MAX));
        let help = "How long ago this node last knew the whole journal, in milliseconds";
        let family =
            encoder.encode_descriptor("journal_behind_ms", help, None, MetricType::Gauge)?;
        behind.encode(family)
    }
}

impl Scrape {
    fn replies(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "Replies by route and status; 0 is every status that is not counted apart";
        let mut family = encoder.encode_descriptor("replies", help, None, MetricType::Counter)?;
        for (route, counts) in Route::ALL.iter().zip(&self.app.metrics().routes) {
            for (status, count) in STATUSES.iter().zip(&counts.statuses) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let labels = [
                        ("route", route.name().to_owned()),
                        ("status", status.to_string()),
                    ];
                    ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
                }
            }
        }
        Ok(())
    }

    fn durations(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "How long replies took";
        let seconds = Some(&Unit::Seconds);
        let kind = MetricType::Histogram;
        let mut family = encoder.encode_descriptor("reply_duration", help, seconds, kind)?;
        for (route, counts) in Route::ALL.iter().zip(&self.app.metrics().routes) {
            let Snapshot {
                sum,
                count,
                buckets,
            } = counts.seconds.snapshot();
            if count > 0 {
                let labels = [("route", route.name())];
                let mut one = family.encode_family(&labels)?;
                one.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
            }
        }
        Ok(())
    }

    fn tokens(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "Access tokens given out, by format";
        let kind = MetricType::Counter;
        let mut family = encoder.encode_descriptor("access_tokens_issued", help, None, kind)?;
        let metrics = self.app.metrics();
        for (format, count) in [("jwt", &metrics.jwt), ("opaque", &metrics.opaque)] {
            let count = ConstCounter::new(count.load(Ordering::Relaxed));
            count.encode(family.encode_family(&[("format", format)])?)?;
        }
        Ok(())
    }

    fn feed(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let (channels, followers) = self.app.feed().size();
        for (name, help, count) in [
            (
                "feed_channels",
                "Channels of the feed that are open",
                channels,
            ),
            (
                "feed_followers",
                "Verifiers that follow the feed here",
                followers,
            ),
        ] {
            let family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX)).encode(family)?;
        }
        let help = "Acknowledgements of verifiers that follow another process, carried there";
        let name = "feed_acknowledgements_carried";
        let family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(self.app.feed().carried()).encode(family)?;
        let help = "From a revocation to the acknowledgement of each verifier that enforces it";
        let (seconds, kind) = (Some(&Unit::Seconds), MetricType::Histogram);
        let mut family = encoder.encode_descriptor("revocation_lag", help, seconds, kind)?;
        let lag = self.app.metrics().revocation_lag.snapshot();
        family.encode_histogram::<NoLabelSet>(lag.sum, lag.count, &lag.buckets, None)
    }

    fn refusals(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let help = "Refusals: written to the journal one by one, or only counted";
        let kind = MetricType::Counter;
        let mut family = encoder.encode_descriptor("refusals", help, None, kind)?;
        let seen = self.app.world().refusals.seen();
        for (kept, count) in [("journaled", seen.journaled), ("counted", seen.counted)] {
            ConstCounter::new(count).encode(family.encode_family(&[("kept", kept)])?)?;
        }
        Ok(())
    }
}
