//! Plots as inline SVG. Colours and letters are the page's: a plot only names what a line is.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 280.0;
/// Room for the numbers beside and below.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 42.0;
/// About so many numbers stand at an axis.
const MARKS: f64 = 5.0;

/// A line, or an area below one.
pub(super) struct Series {
    /// What it is, as a class of the page: its colour.
    pub(super) class: &'static str,
    /// Whether what lies below is filled.
    pub(super) is_area: bool,
    /// In order of x.
    pub(super) points: Vec<(f64, f64)>,
}

/// An axis: from zero to what is largest.
pub(super) struct Axis {
    pub(super) unit: &'static str,
    /// Where numbers stand, and what they say; made where there are none.
    pub(super) marks: Vec<(f64, String)>,
    /// The largest that is shown.
    pub(super) until: f64,
}

impl Axis {
    /// With round numbers, up to one that is not less than any of these.
    pub(super) fn up_to(values: impl IntoIterator<Item = f64>, unit: &'static str) -> Self {
        let largest = values.into_iter().fold(0.0, f64::max);
        let step = round_step(largest / MARKS);
        let count = (largest / step).ceil().max(1.0);
        Self { unit, marks: marks(step, count as u32), until: count * step }
    }

    /// With round numbers, up to the largest of these.
    pub(super) fn until(values: impl IntoIterator<Item = f64>, unit: &'static str) -> Self {
        let largest = values.into_iter().fold(0.0, f64::max);
        if largest <= 0.0 {
            return Self::up_to([], unit);
        }
        let step = round_step(largest / MARKS);
        Self { unit, marks: marks(step, (largest / step).floor() as u32), until: largest }
    }
}

fn marks(step: f64, count: u32) -> Vec<(f64, String)> {
    (0..=count).map(|number| f64::from(number) * step).map(|at| (at, number(at))).collect()
}

/// 1, 2 or 5 times a power of ten: the least that is no less than this.
fn round_step(least: f64) -> f64 {
    if least <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].map(|times| times * power).into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// As short as it can be read: 12k, 0.5, 40.
fn number(value: f64) -> String {
    if value >= 10_000.0 {
        format!("{}k", (value / 100.0).round() / 10.0)
    } else {
        format!("{}", (value * 1_000.0).round() / 1_000.0)
    }
}

/// A plot, described by `label` to whoever does not see it.
pub(super) fn plot(label: &str, x: &Axis, y: &Axis, series: &[Series]) -> String {
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">");
    let across = |value: f64| LEFT + (WIDTH - LEFT - RIGHT) * (value / x.until).clamp(0.0, 1.0);
    let up = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value / y.until).clamp(0.0, 1.0);
    let (right, floor) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    // Writing into a string cannot fail.
    for (at, text) in &y.marks {
        let height = up(*at);
        let _ = write!(svg, "<path class=\"grid\" d=\"M{LEFT} {height:.1}H{right}\"/>");
        let _ = write!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>", LEFT - 8.0, height + 4.0);
    }
    for (at, text) in &x.marks {
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", across(*at), floor + 18.0);
    }
    for Series { class, is_area, points } in series {
        let mut path = String::new();
        for (number, (x, y)) in points.iter().enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if number == 0 { 'M' } else { 'L' }, across(*x), up(*y));
        }
        if let (true, Some(first), Some(last)) = (is_area, points.first(), points.last()) {
            let _ = write!(
                svg,
                "<path class=\"area {class}\" d=\"{path}L{:.1} {floor}L{:.1} {floor}Z\"/>",
                across(last.0),
                across(first.0)
            );
        }
        let _ = write!(svg, "<path class=\"line {class}\" d=\"{path}\"/>");
    }
    let _ = write!(svg, "<text class=\"unit\" x=\"{right}\" y=\"{}\" text-anchor=\"end\">{}</text>", HEIGHT - 4.0, x.unit);
    let _ = write!(svg, "<text class=\"unit\" x=\"{LEFT}\" y=\"{}\">{}</text></svg>", TOP - 14.0, y.unit);
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_with_a_round_number_that_nothing_exceeds() {
        for (largest, until, marks) in
            [(0.0, 1.0, 2), (7.0, 8.0, 5), (100.0, 100.0, 6), (101.0, 150.0, 4), (0.3, 0.3, 4), (9_876.0, 10_000.0, 6)]
        {
            let axis = Axis::up_to([0.0, largest], "ms");
            assert!(
                (axis.until - until).abs() < 1e-9 && axis.marks.len() == marks,
                "{largest}: {} {}",
                axis.until,
                axis.marks.len()
            );
        }
    }

    #[test]
    fn an_axis_of_time_ends_where_the_time_does() {
        let axis = Axis::until([0.0, 26.0], "seconds");
        assert!((axis.until - 26.0).abs() < 1e-9 && axis.marks.last().is_some_and(|(_, last)| last == "20"));
        assert!(Axis::until([], "seconds").until > 0.0);
    }

    #[test]
    fn numbers_at_an_axis_are_short() {
        assert_eq!(
            [0.0, 0.5, 40.0, 2_000.0, 10_000.0, 12_500.0, 0.1 + 0.2].map(number),
            ["0", "0.5", "40", "2000", "10k", "12.5k", "0.3"]
        );
    }

    #[test]
    fn a_plot_lies_within_its_frame_whatever_is_plotted() {
        let axis = || Axis::up_to([10.0], "s");
        let points = vec![(0.0, 0.0), (5.0, 1e9), (99.0, 3.0)];
        let svg = plot("All", &axis(), &axis(), &[Series { class: "p99", is_area: true, points }]);
        assert!(svg.contains("L340.0 26.0L624.0 174.4\""), "{svg}");
        assert!(svg.contains("aria-label=\"All\"") && svg.matches("<path class=\"line p99\"").count() == 1);
        let empty = plot("None", &axis(), &axis(), &[Series { class: "p50", is_area: true, points: Vec::new() }]);
        assert!(!empty.contains("NaN") && !empty.contains("area"), "{empty}");
    }
}
