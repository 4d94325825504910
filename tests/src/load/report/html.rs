//! The report as a page: one file that asks for nothing else, dark or light as its reader likes.

use super::{
    Report, Told,
    plot::{Axis, Series, plot},
    text::grouped,
};
use crate::load::samples::Percentiles;

const PAGE: &str = include_str!("page.html");

/// The parts at which the distribution has a number: 50 %, 90 %, 99 % and 99.9 % lie about equally far apart.
const PARTS: [(f64, &str); 5] = [(0.0, "0 %"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %")];

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let about = &report.about;
    let what = format!(
        "{} people at {}, {} messages a second for {} s, on {}",
        grouped(about.clients.into()),
        about.server,
        grouped(about.messages_a_second.into()),
        grouped(about.seconds.into()),
        about.at
    );
    let verdict = if report.whole { "Everybody came in, and nobody lacks anything" } else { "Not as it should be" };
    let footer = format!(
        "Houselights {} · cargo xtask load · {} joins a second · processes of the crowd: {}",
        about.version,
        grouped(about.joins_a_second.into()),
        about.processes
    );
    let filled = [
        ("event", escaped(&about.event)),
        ("what", escaped(&what)),
        ("verdict_class", if report.whole { "whole" } else { "short" }.to_owned()),
        ("verdict", verdict.to_owned()),
        ("shortfalls", shortfalls(&report.shortfalls)),
        ("figures", figures(report)),
        ("plots", plots(report)),
        ("rows", rows(report)),
        ("troubles", troubles(&report.troubles)),
        ("footer", footer),
    ];
    fill(PAGE, &filled)
}

/// From front to back, so that what was filled in is never looked at again, whatever an event is called.
fn fill(template: &str, filled: &[(&str, String)]) -> String {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        page.extend(filled.iter().find(|(of, _)| *of == name).map(|(_, value)| value.as_str()));
        page += rest;
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn shortfalls(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let items: String = lines.iter().flat_map(|line| ["<li>".to_owned(), escaped(line), "</li>".to_owned()]).collect();
    format!("<ul class=\"shortfalls\">{items}</ul>")
}

fn figures(report: &Report) -> String {
    let joining = &report.joining;
    let mut figures = vec![(
        "Came in",
        grouped(joining.inside.into()),
        format!("of {}, in {} s", grouped(joining.wanted.into()), joining.seconds),
    )];
    if let Some(talking) = &report.talking {
        let each = talking.delivered as f64 / talking.expected.max(1) as f64 * 100.0;
        figures.push(("Delivered", grouped(talking.delivered), format!("{each:.2} % of all")));
        figures.push((
            "To everybody",
            format!("{} ms", talking.delivery_ms.p99),
            "for 99 % of all deliveries, at most".to_owned(),
        ));
        figures.push((
            "To the answer",
            format!("{} ms", talking.answer_ms.p99),
            "for 99 % of all messages, at most".to_owned(),
        ));
    }
    if let Some(votes) = report.talking.as_ref().and_then(|talking| talking.votes) {
        figures.push(("Votes taken", grouped(votes.accepted), format!("of {}", grouped(votes.cast))));
    }
    if let Some(storm) = &report.storm {
        let longest = storm.back_ms.max / 1_000.0;
        figures.push((
            "Back after the cut",
            grouped(storm.back.into()),
            format!("of {}, the last in {longest:.1} s", grouped(storm.cut.into())),
        ));
    }
    let card = |(name, value, more)| format!("<div class=\"card\"><dt>{name}</dt><dd>{value}<small>{more}</small></dd></div>");
    figures.into_iter().map(card).collect()
}

fn plots(report: &Report) -> String {
    let mut plots = inside(report);
    if report.talking.is_some() {
        plots += &delivery(report);
        plots += &distribution(report);
    }
    plots += &storm(report).unwrap_or_default();
    plots
}

fn card(title: &str, svg: &str, key: &[(&str, &str)]) -> String {
    let items: String =
        key.iter().flat_map(|(class, name)| ["<li class=\"", class, "\"><span>", name, "</span></li>"]).collect();
    let key = if key.is_empty() { String::new() } else { format!("<ul class=\"key\">{items}</ul>") };
    format!("<section class=\"card\" style=\"margin:0\"><h2>{title}</h2>{svg}{key}</section>")
}

fn seconds(report: &Report) -> Axis {
    Axis::until(report.timeline.iter().map(|point| point.second as f64), "seconds")
}

fn inside(report: &Report) -> String {
    let points: Vec<_> = report.timeline.iter().map(|point| (point.second as f64, f64::from(point.inside))).collect();
    let people = Axis::up_to(points.iter().map(|(_, inside)| *inside), "people");
    let series = [Series { class: "inside", is_area: true, points }];
    card("In the room", &plot("How many people were in the room, second by second", &seconds(report), &people, &series), &[])
}

fn delivery(report: &Report) -> String {
    let heard = || report.timeline.iter().filter(|point| point.delivered > 0);
    let of = |millis: fn(&Percentiles) -> f64| {
        heard().map(|point| (point.second as f64, millis(&point.delivery_ms))).collect::<Vec<_>>()
    };
    let (p50, p99) = (of(|took| took.p50), of(|took| took.p99));
    let millis = Axis::up_to(p99.iter().map(|(_, millis)| *millis), "ms");
    let series = [Series { class: "p99", is_area: true, points: p99 }, Series { class: "p50", is_area: false, points: p50 }];
    let label = "How long messages took to arrive, second by second: half of them, and 99 %";
    let key = [("p50", "half took no longer"), ("p99", "99 % took no longer")];
    card("From saying to having read", &plot(label, &seconds(report), &millis, &series), &key)
}

/// How many nines a part has: 0.9 one, 0.99 two.
fn nines(part: f64) -> f64 {
    -(1.0 - part).max(1e-9).log10()
}

fn distribution(report: &Report) -> String {
    let curve = report.talking.iter().flat_map(|talking| &talking.delivery_curve);
    let points: Vec<_> = curve.map(|(part, millis)| (nines(*part), *millis)).collect();
    let millis = Axis::up_to(points.iter().map(|(_, millis)| *millis), "ms");
    let marks = PARTS.iter().map(|(part, text)| (nines(*part), (*text).to_owned())).collect();
    let parts = Axis { unit: "of all deliveries", marks, until: 3.5 };
    let series = [Series { class: "p99", is_area: true, points }];
    let label = "How many milliseconds each part of all deliveries took at most";
    card("How long which part took at most", &plot(label, &parts, &millis, &series), &[])
}

fn storm(report: &Report) -> Option<String> {
    let storm = report.storm.as_ref()?;
    let points: Vec<_> = storm.back_curve.iter().map(|(at, part)| (*at, part * 100.0)).collect();
    let after = Axis::until(points.iter().map(|(at, _)| *at), "seconds after the cut");
    let percent = Axis::up_to([100.0], "% of those who were cut");
    let series = [Series { class: "back", is_area: true, points }];
    let label = "Which part of those who were cut was back, with everything, how long after the cut";
    Some(card("Back in the room", &plot(label, &after, &percent, &series), &[]))
}

fn rows(report: &Report) -> String {
    let mut rows = row("From the first attempt to the login", &report.joining.sign_in_ms);
    rows += &row("From the first attempt to having the room", &report.joining.in_the_room_ms);
    if let Some(talking) = &report.talking {
        rows += &row("From sending to the answer", &talking.answer_ms);
        rows += &row("From sending to having been read, by everybody", &talking.delivery_ms);
    }
    if let Some(votes) = report.talking.as_ref().and_then(|talking| talking.votes) {
        rows += &row("From voting to the answer", &votes.answer_ms);
    }
    if let Some(storm) = &report.storm {
        rows += &row("From the cut to being back, with everything", &storm.back_ms);
        rows += &row("From sending to having been read, around the cut", &storm.delivery_ms);
    }
    rows
}

fn row(what: &str, took: &Percentiles) -> String {
    let figures = [took.p50, took.p90, took.p99, took.p999, took.max].map(|millis| format!("{millis:.1}"));
    let cells = format!("<td>{}</td>", figures.join("</td><td>"));
    format!("<tr><th scope=\"row\">{what}</th>{cells}</tr>")
}

fn troubles(told: &[Told]) -> String {
    if told.is_empty() {
        return String::new();
    }
    let item = |told: &Told| {
        let cure = told.cure.map(|cure| format!("<p>{}</p>", escaped(cure))).unwrap_or_default();
        format!("<li><b>{}</b> × {}{cure}</li>", grouped(told.count), escaped(&told.what))
    };
    let items: String = told.iter().map(item).collect();
    format!("<section class=\"card\"><h2>What was met</h2><ul class=\"troubles\">{items}</ul></section>")
}
