//! Connecting, and the clear word when that cannot be.

use std::{str::FromStr, time::Duration};

use deadpool_postgres::{ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use rustls_platform_verifier::ConfigVerifierExt;
use tokio_postgres::{Config, NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::PATIENCE;
use crate::store::{Database, Dialect, OpenError, migrations, open_error::reasons};

/// Connections of one server.
const CONNECTIONS: usize = 8;
/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection may be quiet before it is asked whether it stands.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// The advisory lock that is held while the schema changes: "houm" in ASCII.
const MIGRATING: i64 = 0x686f_756d;

pub(super) fn unreachable(url: &str, cause: impl std::error::Error) -> OpenError {
    OpenError::Unreachable { database: Database::Postgres(url.to_owned()), cause: reasons(&cause) }
}

/// Connections are encrypted by the certificates that the system believes, where the URL does not say `sslmode=disable`. The database gives a
/// statement up after `patience`: whoever waited for it is gone by then, and its connection would serve nobody until it ends.
pub(super) fn pool_of(url: &str, connections: usize, patience: Option<Duration>) -> Result<Pool, OpenError> {
    let mut config = Config::from_str(url)
        .map_err(|error| OpenError::Address { database: Database::Postgres(url.to_owned()), cause: error.to_string() })?;
    // A way that is silent is noticed though nothing is sent on it.
    config.connect_timeout(CONNECT).keepalives_idle(KEEPALIVE).application_name("houselights");
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if config.get_ssl_mode() == SslMode::Disable {
        Manager::from_config(config, NoTls, recycling)
    } else {
        // A second installation is refused, and that is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tls = rustls::ClientConfig::with_platform_verifier().map_err(|error| unreachable(url, error))?;
        Manager::from_config(config, MakeRustlsConnect::new(tls), recycling)
    };
    let set = format!("SET statement_timeout = {}", patience.unwrap_or_default().as_millis());
    let give_up = Hook::async_fn(move |connection: &mut ClientWrapper, _| {
        let set = set.clone();
        Box::pin(async move { connection.batch_execute(&set).await.map_err(HookError::Backend) })
    });
    Pool::builder(manager)
        .post_create(give_up)
        .max_size(connections)
        .wait_timeout(Some(CONNECT))
        .create_timeout(Some(CONNECT))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| unreachable(url, error))
}

/// Connects and brings the schema up to date.
pub(super) async fn pool(url: &str) -> Result<Pool, OpenError> {
    // What changes the schema takes as long as it takes.
    let mut connection = pool_of(url, 1, None)?.get().await.map_err(|error| unreachable(url, error))?;
    let encoding = connection.query_one("SHOW server_encoding", &[]).await.and_then(|row| row.try_get::<_, String>(0));
    let encoding = encoding.map_err(|error| unreachable(url, error))?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding { database: Database::Postgres(url.to_owned()), encoding });
    }
    // Another server, or a command, may be about to do the same.
    connection.execute("SELECT pg_advisory_lock($1)", &[&MIGRATING]).await.map_err(|error| unreachable(url, error))?;
    let migrated = migrate(url, &mut connection).await;
    connection.execute("SELECT pg_advisory_unlock($1)", &[&MIGRATING]).await.map_err(|error| unreachable(url, error))?;
    migrated?;
    pool_of(url, CONNECTIONS, Some(PATIENCE))
}

async fn migrate(url: &str, connection: &mut Object) -> Result<(), OpenError> {
    let tables = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
    let made: bool = connection.query_one(tables, &[]).await.and_then(|row| row.try_get(0)).map_err(|e| unreachable(url, e))?;
    let database = || Database::Postgres(url.to_owned());
    if made {
        let newest = "SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM refinery_schema_history";
        let found = connection.query_one(newest, &[]).await.and_then(|row| row.try_get(0)).map_err(|e| unreachable(url, e))?;
        let known = migrations::known_schema(Dialect::Postgres);
        if found > known {
            return Err(OpenError::Newer { database: database(), found, known });
        }
    }
    let outcome = migrations::runner(Dialect::Postgres).run_async(&mut ***connection).await;
    outcome.map(drop).map_err(|cause| OpenError::Migration { database: database(), cause: Box::new(cause) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::cluster;

    #[tokio::test]
    async fn a_database_that_cannot_hold_every_text_is_refused() {
        let url = cluster::new_database();
        let (_, name) = url.split_once('/').and_then(|_| url.split('?').next()?.rsplit_once('/')).unwrap();
        let latin = format!("{name}_latin");
        let connection = pool_of(&url, 1, None).unwrap().get().await.unwrap();
        let make = format!("CREATE DATABASE {latin} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        connection.execute(&make, &[]).await.unwrap();
        let url = url.replace(&format!("/{name}?"), &format!("/{latin}?"));
        let Err(OpenError::Encoding { encoding, .. }) = pool(&url).await else { panic!("it is opened") };
        assert_eq!(encoding, "LATIN1");
    }

    #[tokio::test]
    async fn why_it_cannot_be_opened_is_said() {
        let url = cluster::new_database();
        let nowhere = url.split('?').next().unwrap().rsplit_once('/').unwrap().0;
        let error = pool(&format!("{nowhere}/nowhere?sslmode=disable")).await.err().unwrap().to_string();
        assert!(error.contains("\"nowhere\" does not exist"), "{error}");
    }
}
