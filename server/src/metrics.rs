//! What an operator, or a test, can count. Each server has its own counters, so that several in one process do not mix.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Level, Metadata, Recorder, SharedString, Unit};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::udp::Figures;

/// The counters of one server.
pub(crate) struct Metrics {
    handle: PrometheusHandle,
    pub(crate) connections: Gauge,
    pub(crate) connections_total: Counter,
    pub(crate) strangers_refused: Counter,
    pub(crate) cut_off_readers: Counter,
    pub(crate) gate_admitted: Counter,
    pub(crate) gate_told: Counter,
    pub(crate) gate_awaited: Gauge,
    pub(crate) gate_wait_seconds: Histogram,
    pub(crate) lag_seconds: Gauge,
    pub(crate) commands_accepted: Counter,
    pub(crate) commands_refused: Counter,
    pub(crate) updates: Counter,
    pub(crate) notices_dropped: Counter,
    pub(crate) deliveries: Counter,
    pub(crate) flushes: Counter,
    pub(crate) signals_dropped: Counter,
    pub(crate) logins: Counter,
    pub(crate) logins_refused: Counter,
    pub(crate) rooms: Gauge,
    pub(crate) rooms_reloaded: Counter,
    pub(crate) panics: Counter,
    pub(crate) media_refused: Counter,
    pub(crate) store_statements_read: Counter,
    pub(crate) store_statements_written: Counter,
    pub(crate) store_failures: Counter,
    pub(crate) mails_sent: Counter,
    pub(crate) mails_deferred: Counter,
    pub(crate) mails_failed: Counter,
    pub(crate) webhooks_told: Counter,
    pub(crate) webhooks_untold: Counter,
    pub(crate) store_commit_seconds: Histogram,
    media: MediaMetrics,
}

/// What the media thread counts by itself.
struct MediaMetrics {
    peers: Gauge,
    packets_in: Counter,
    strangers: Counter,
    policed: Counter,
    key_frames_asked: Counter,
    panics: Counter,
    restarts: Counter,
    datagrams_sent: Counter,
    datagrams_unsent: Counter,
}

const METADATA: Metadata<'static> = Metadata::new("houselights", Level::INFO, None);

fn counter(recorder: &PrometheusRecorder, name: &'static str, help: &'static str) -> Counter {
    recorder.describe_counter(KeyName::from_const_str(name), Some(Unit::Count), SharedString::const_str(help));
    recorder.register_counter(&Key::from_static_name(name), &METADATA)
}

fn gauge(recorder: &PrometheusRecorder, name: &'static str, help: &'static str) -> Gauge {
    recorder.describe_gauge(KeyName::from_const_str(name), Some(Unit::Count), SharedString::const_str(help));
    let gauge = recorder.register_gauge(&Key::from_static_name(name), &METADATA);
    gauge.set(0.0);
    gauge
}

fn histogram(recorder: &PrometheusRecorder, name: &'static str, help: &'static str) -> Histogram {
    recorder.describe_histogram(KeyName::from_const_str(name), Some(Unit::Seconds), SharedString::const_str(help));
    recorder.register_histogram(&Key::from_static_name(name), &METADATA)
}

fn labelled(
    recorder: &PrometheusRecorder,
    name: &'static str,
    label: (&'static str, &'static str),
    help: &'static str,
) -> Counter {
    recorder.describe_counter(KeyName::from_const_str(name), Some(Unit::Count), SharedString::const_str(help));
    recorder.register_counter(&Key::from_parts(name, vec![metrics::Label::from_static_parts(label.0, label.1)]), &METADATA)
}

impl Metrics {
    #[expect(clippy::too_many_lines, reason = "a list of what is counted")]
    pub(crate) fn new() -> Result<Self, BuildError> {
        let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0];
        let recorder = PrometheusBuilder::new().set_buckets(&buckets)?.build_recorder();
        let r = &recorder;
        let (commands, statements) = ("houselights_commands_total", "houselights_store_statements_total");
        let (attempts, gate) = ("houselights_webhook_attempts_total", "houselights_gate_total");
        Ok(Self {
            handle: r.handle(),
            connections: gauge(r, "houselights_connections", "Realtime connections that stand now"),
            connections_total: counter(r, "houselights_connections_total", "Realtime connections ever made"),
            strangers_refused: counter(
                r,
                "houselights_strangers_refused_total",
                "Connections refused before anybody said whose they are",
            ),
            cut_off_readers: counter(r, "houselights_cut_off_readers_total", "Connections ended because they read too slowly"),
            gate_admitted: labelled(r, gate, ("outcome", "admitted"), "Whoever came to the gate, by outcome"),
            gate_told: labelled(r, gate, ("outcome", "told"), "Whoever came to the gate, by outcome"),
            gate_awaited: gauge(r, "houselights_gate_awaited", "Who was told a time to come in and has not come yet"),
            gate_wait_seconds: histogram(
                r,
                "houselights_gate_wait_seconds",
                "How long those were to wait who were told a time",
            ),
            lag_seconds: gauge(
                r,
                "houselights_lag_seconds",
                "How much later than it should the server comes round to something",
            ),
            commands_accepted: labelled(r, commands, ("outcome", "accepted"), "Commands answered, by outcome"),
            commands_refused: labelled(r, commands, ("outcome", "refused"), "Commands answered, by outcome"),
            updates: counter(r, "houselights_updates_total", "Updates stored and published"),
            notices_dropped: counter(
                r,
                "houselights_notices_dropped_total",
                "Messages that notified nobody whom they mention, because too much waited",
            ),
            deliveries: counter(r, "houselights_deliveries_total", "Updates handed to connections"),
            flushes: counter(r, "houselights_flushes_total", "Ticks in which a room wrote to its connections"),
            signals_dropped: counter(
                r,
                "houselights_signals_dropped_total",
                "Signals not sent to connections that read slowly",
            ),
            logins: labelled(r, "houselights_logins_total", ("outcome", "accepted"), "Attempts to sign in, by outcome"),
            logins_refused: labelled(r, "houselights_logins_total", ("outcome", "refused"), "Attempts to sign in, by outcome"),
            rooms: gauge(r, "houselights_rooms", "Rooms in memory"),
            rooms_reloaded: counter(r, "houselights_rooms_reloaded_total", "Rooms thrown away and replayed after a failure"),
            panics: counter(r, "houselights_panics_total", "Panics caught"),
            media_refused: counter(r, "houselights_media_refused_total", "Media offers refused"),
            store_statements_read: labelled(r, statements, ("kind", "read"), "SQL statements run, by kind"),
            store_statements_written: labelled(r, statements, ("kind", "write"), "SQL statements run, by kind"),
            mails_sent: counter(r, "houselights_mails_sent_total", "Mails that the mail server took"),
            mails_deferred: counter(r, "houselights_mails_deferred_total", "Mails that are tried again later"),
            mails_failed: counter(r, "houselights_mails_failed_total", "Mails that were refused for good, or given up"),
            webhooks_told: labelled(r, attempts, ("outcome", "delivered"), "Attempts to tell a webhook, by outcome"),
            webhooks_untold: labelled(r, attempts, ("outcome", "failed"), "Attempts to tell a webhook, by outcome"),
            store_failures: counter(r, "houselights_store_failures_total", "Reads and commits that failed"),
            store_commit_seconds: histogram(
                r,
                "houselights_store_commit_seconds",
                "How long a commit took, until it was on the disk",
            ),
            media: MediaMetrics::new(r),
        })
    }

    /// The Prometheus text exposition.
    pub(crate) fn render(&self, media: &Figures) -> String {
        self.media.show(media);
        self.handle.render()
    }

    /// Sorts collected samples into their buckets; without it they pile up until someone looks.
    pub(crate) fn tidy(&self) {
        self.handle.run_upkeep();
    }
}

impl MediaMetrics {
    fn new(r: &PrometheusRecorder) -> Self {
        Self {
            peers: gauge(r, "houselights_media_peers", "WebRTC connections that stand now"),
            packets_in: counter(r, "houselights_media_packets_in_total", "Media packets taken from publishers"),
            strangers: counter(r, "houselights_media_strangers_total", "Datagrams that belong to no peer"),
            policed: counter(r, "houselights_media_policed_total", "Datagrams beyond what a peer may send"),
            key_frames_asked: counter(r, "houselights_media_key_frames_asked_total", "Key frames asked for"),
            panics: counter(r, "houselights_media_panics_total", "Panics caught in the media thread"),
            restarts: counter(r, "houselights_media_restarts_total", "Times that the media thread began anew after a fault"),
            datagrams_sent: counter(r, "houselights_media_datagrams_sent_total", "Datagrams sent"),
            datagrams_unsent: counter(r, "houselights_media_datagrams_unsent_total", "Datagrams that the system did not take"),
        }
    }

    fn show(&self, figures: &Figures) {
        self.peers.set(figures.peers as f64);
        self.packets_in.absolute(figures.packets_in);
        self.strangers.absolute(figures.strangers);
        self.policed.absolute(figures.policed);
        self.key_frames_asked.absolute(figures.key_frames_asked);
        self.panics.absolute(figures.panics);
        self.restarts.absolute(figures.restarts);
        self.datagrams_sent.absolute(figures.datagrams_sent);
        self.datagrams_unsent.absolute(figures.datagrams_unsent);
    }
}
