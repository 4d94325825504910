//! Whole rooms with faults, in virtual time. A seed that fails is printed: `cargo xtask simulate --from SEED --seeds 1` runs it again.

use houselights_tests::sim::{Course, simulate};

#[test]
fn what_is_acknowledged_is_stored_and_reaches_everybody_in_one_order() {
    let mut all = Course::default();
    for seed in 0..50 {
        let course = simulate(seed).unwrap_or_else(|problem| panic!("{problem}"));
        all.stored += course.stored;
        all.acknowledged += course.acknowledged;
        all.cuts += course.cuts;
        all.failures += course.failures;
        all.kills += course.kills;
        all.snapshots += course.snapshots;
    }
    // Nothing was shown where nothing went wrong.
    assert!(all.stored > 5_000 && all.acknowledged > 2_000 && all.snapshots > 300, "{all:?}");
    assert!(all.cuts > 500 && all.failures > 50 && all.kills > 50, "{all:?}");
}

#[test]
fn the_same_seed_is_the_same_course() {
    assert_eq!(simulate(7), simulate(7));
}
