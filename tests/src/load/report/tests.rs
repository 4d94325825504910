use std::time::Duration;

use houselights_shared::{Refusal, Seq};

use super::*;
use crate::load::trouble::Step;

fn samples(micros: impl IntoIterator<Item = u64>) -> Samples {
    let mut samples = Samples::default();
    micros.into_iter().for_each(|micros| samples.record(micros));
    samples
}

fn about() -> About {
    About {
        server: "http://127.0.0.1:8080/".to_owned(),
        event: "Opening <night> & {{figures}}".to_owned(),
        clients: 1_000,
        processes: 2,
        joins_a_second: 100,
        messages_a_second: 10,
        seconds: 30,
        at: "2026-11-30 00:00 UTC".to_owned(),
        version: "0.0.0",
    }
}

fn joined(inside: u32) -> Joined {
    let sign_in = samples((1..=u64::from(inside)).map(|number| number * 10));
    Joined { inside, connect: sign_in.clone(), sign_in, troubles: Vec::new() }
}

fn said() -> Said {
    Said { sent: 300, accepted: 300, answer: samples([4_000; 300]), through: Seq::new(300), ..Said::default() }
}

fn heard() -> Heard {
    Heard { delivered: 300_000, bytes: 1, delivery: samples((1..=300_000).map(|number| number / 2)), ..Heard::default() }
}

fn timeline() -> Vec<Point> {
    let point = |second| Point { second, inside: 1_000, delivered: 10_000, delivery_ms: heard().delivery.percentiles() };
    (0..30).map(point).collect()
}

fn report(storm: Option<Storm>, troubles: Vec<(Trouble, u64)>) -> Report {
    let joining = Joining::new(1_000, &joined(1_000), Duration::from_millis(10_040));
    Report::new(about(), joining, (Some(Talking::new(&said(), &heard(), 1_000)), storm), troubles, timeline())
}

fn storm(back: u32) -> Storm {
    let took = samples((1..=u64::from(back)).map(|number| number * 10_000));
    Storm::new(&Back { cut: 1_000, back, anew: 0, took, troubles: Vec::new() }, &said(), &heard(), 30)
}

#[test]
fn a_run_in_which_nobody_lacks_anything_is_whole() {
    let report = report(Some(storm(1_000)), Vec::new());
    assert!(report.whole && report.shortfalls.is_empty(), "{:?}", report.shortfalls);
    let text = report.to_string();
    for line in ["1,000 of 1,000 came in, in 10 s", "300,000 of 300,000 deliveries came", "nobody lacks anything"] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn whatever_is_missing_is_told_in_a_line_of_its_own() {
    let joining = Joining::new(1_000, &joined(988), Duration::from_secs(10));
    let said = Said { sent: 300, accepted: 290, refused: 7, ..said() };
    let heard = Heard { delivered: 200_000, behind: 3, lacking: 2, repeated: 1, ..heard() };
    let talking = Talking::new(&said, &heard, 988);
    let report = Report::new(about(), joining, (Some(talking), Some(storm(999))), Vec::new(), timeline());
    assert!(!report.whole);
    let told = report.shortfalls.join("\n");
    for line in [
        "did not come in: 12 of 1,000",
        "messages refused: 7",
        "messages never answered: 3",
        "deliveries that did not come: 86,520",
        "while they talked: 3",
        "what follows on them came: 2",
        "came twice while they talked: 1",
        "not back within 30 s: 1",
    ] {
        assert!(told.contains(line), "{line} is not in\n{told}");
    }
    let text = report.to_string();
    assert!(report.shortfalls.iter().all(|line| text.contains(line.as_str())));
}

#[test]
fn what_was_met_is_told_with_its_cure_the_most_frequent_first() {
    let troubles = vec![(Step::Connect.silence(), 2), (Step::SignIn.refused(Refusal::SlowDown), 41)];
    let report = report(None, troubles);
    assert_eq!(report.troubles.iter().map(|told| told.count).collect::<Vec<_>>(), [41, 2]);
    for told in [report.to_string(), html::page(&report)] {
        assert!(told.contains("refused as slow_down") && told.contains("--logins-per-minute"), "{told}");
    }
}

#[test]
fn a_page_asks_for_nothing_and_shows_what_is_written_as_it_is_written() {
    let page = html::page(&report(Some(storm(1_000)), Vec::new()));
    assert!(page.contains("Opening &lt;night&gt; &amp; {{figures}}"), "what is filled in is not filled again");
    assert_eq!(page.matches("<svg").count(), 4);
    assert!(!page.contains("NaN") && !page.contains("src=") && !page.contains("href=") && !page.contains("url("));
    let addresses: Vec<_> = page.match_indices("http").collect();
    assert_eq!(addresses.len(), 2, "the policy's own word, and the server's address");
}

#[test]
fn a_page_of_a_run_in_which_nobody_talked_has_only_what_there_is() {
    let joining = Joining::new(0, &joined(0), Duration::ZERO);
    let page = html::page(&Report::new(about(), joining, (None, None), Vec::new(), Vec::new()));
    assert_eq!(page.matches("<svg").count(), 1);
    assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
}

#[test]
fn the_curves_end_where_the_samples_do() {
    let curve = delivery_curve(&heard().delivery);
    assert!(curve.first().is_some_and(|(part, _)| part.abs() < f64::EPSILON));
    let (part, longest) = curve.last().copied().unwrap();
    assert!(part > 0.999 && (149.0..152.5).contains(&longest), "{part} {longest}");
    let back = back_curve(&Back { cut: 200, back: 100, took: samples([5_000_000; 100]), ..Back::default() });
    assert_eq!(back.last(), Some(&(5.0, 0.5)), "half of those who were cut never came");
    assert!(delivery_curve(&Samples::default()).is_empty() && back_curve(&Back::default()).is_empty());
}
