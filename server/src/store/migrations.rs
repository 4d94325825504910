//! How the schema came to be, step by step. A step is one text for every engine; only where they must differ does each have its own, of
//! the same number and name.

use refinery::{Migration, Runner};

use super::Dialect;

mod both {
    refinery::embed_migrations!("migrations/both");
}
mod sqlite {
    refinery::embed_migrations!("migrations/sqlite");
}
mod postgres {
    refinery::embed_migrations!("migrations/postgres");
}

fn steps(dialect: Dialect) -> Vec<Migration> {
    let own = match dialect {
        Dialect::Sqlite => sqlite::migrations::runner(),
        Dialect::Postgres => postgres::migrations::runner(),
    };
    let mut steps = both::migrations::runner().get_migrations().clone();
    steps.extend(own.get_migrations().iter().cloned());
    steps.sort();
    steps
}

/// What brings an engine's schema up to date.
pub(super) fn runner(dialect: Dialect) -> Runner {
    Runner::new(&steps(dialect))
}

/// The newest schema that this build knows.
pub(super) fn known_schema(dialect: Dialect) -> i64 {
    steps(dialect).last().map_or(0, |newest| i64::from(newest.version()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_have_the_same_steps_without_a_gap() {
        let names = |dialect| steps(dialect).iter().map(|step| (step.version(), step.name().to_owned())).collect::<Vec<_>>();
        let steps = names(Dialect::Sqlite);
        assert_eq!(steps, names(Dialect::Postgres));
        assert!(steps.iter().zip(1..).all(|((version, _), number)| *version == number), "{steps:?}");
    }
}
