//! A server whose PostgreSQL takes the lock away, falls silent, or is another server's meanwhile.

use rustix::process::{Pid, Signal, kill_process};
use tokio_postgres::{Client, NoTls};

use super::{super::*, within};
use crate::store::{Database, StoreError, cluster};

/// Of the server: "hous" in ASCII.
const LOCK: i64 = 0x686f_7573;

/// A server, and somebody else who speaks to its database.
struct Theatre {
    server: Server,
    config: Config,
    others: Client,
    tasks: TaskTracker,
}

async fn connect(config: &Config, tasks: &TaskTracker) -> Client {
    let Database::Postgres(url) = &config.database else { panic!("a file") };
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tasks.spawn(connection);
    client
}

/// The processes at the database that have the lock, or wait for it.
async fn at_the_lock(others: &Client, granted: bool) -> Vec<i32> {
    let sql = "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() \
               WHERE l.locktype = 'advisory' AND l.classid = 0 AND CAST(l.objid AS BIGINT) = $1 AND l.granted = $2";
    others.query(sql, &[&LOCK, &granted]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn theatre() -> Theatre {
    let any = "127.0.0.1:0".parse().unwrap();
    let database = Database::Postgres(cluster::new_database());
    let config = Config { listen: any, media_listen: any, database, ..Config::default() };
    let (server, tasks) = (Server::start(config.clone()).await.unwrap(), TaskTracker::new());
    let others = connect(&config, &tasks).await;
    Theatre { server, config, others, tasks }
}

impl Theatre {
    async fn is_ready(&self) -> bool {
        super::is_ready(self.server.http()).await
    }

    async fn turns(&self, ready: bool) {
        within(async {
            while self.is_ready().await != ready {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    }

    async fn writes(&self) -> Result<(), StoreError> {
        self.server.app.store.probe(1).await
    }

    /// The processes at the database that have the lock, or wait for it.
    async fn at_the_lock(&self, granted: bool) -> Vec<i32> {
        at_the_lock(&self.others, granted).await
    }

    /// Ends the connection that holds the lock.
    async fn take_away(&self) -> i32 {
        let holds = self.at_the_lock(true).await;
        let [process] = holds[..] else { panic!("{holds:?}") };
        self.others.query_one("SELECT pg_terminate_backend($1)", &[&process]).await.unwrap();
        process
    }

    /// The processes of the server's connections.
    async fn connections(&self) -> Vec<Pid> {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'houselights'";
        let rows = self.others.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| Pid::from_raw(row.get(0)).unwrap()).collect()
    }
}

#[tokio::test]
async fn a_lock_that_was_lost_is_taken_again() {
    let theatre = theatre().await;
    let was = theatre.take_away().await;
    let is_taken_again = async || matches!(theatre.at_the_lock(true).await[..], [process] if process != was);
    within(async { while !is_taken_again().await {} }).await;
    theatre.turns(true).await;
    theatre.writes().await.unwrap();
    let another = Server::start(theatre.config.clone()).await.err().unwrap();
    assert!(matches!(another, StartError::Store(OpenError::InUse { .. })), "{another}");
    let Theatre { server, config, others, tasks: _ } = theatre;
    server.shutdown().await;
    // The database hears a moment later that the connection is gone.
    within(async { while !at_the_lock(&others, true).await.is_empty() {} }).await;
    Server::start(config).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_server_whose_lock_another_has_taken_writes_nothing_more_and_stops() {
    let theatre = theatre().await;
    let rival = connect(&theatre.config, &theatre.tasks).await;
    let takes = rival.query_one("SELECT pg_advisory_lock($1)", &[&LOCK]);
    let meanwhile = async {
        within(async { while theatre.at_the_lock(false).await.is_empty() {} }).await;
        theatre.take_away().await;
    };
    let (locked, ()) = tokio::join!(takes, meanwhile);
    locked.unwrap();
    within(theatre.server.ousted()).await;
    let refused = theatre.writes().await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
    assert!(!theatre.server.app.store.is_writable() && theatre.server.app.draining.is_cancelled());
    within(theatre.server.shutdown()).await;
    let early = Server::start(theatre.config.clone()).await.err().unwrap();
    assert!(matches!(early, StartError::Store(OpenError::InUse { .. })), "{early}");
    drop(rival);
    within(async {
        loop {
            match Server::start(theatre.config.clone()).await {
                Ok(server) => return server.shutdown().await,
                Err(StartError::Store(OpenError::InUse { .. })) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(other) => panic!("{other}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn clients_are_not_sent_to_a_server_whose_database_is_silent_until_it_answers() {
    let theatre = theatre().await;
    assert!(theatre.is_ready().await);
    let processes = theatre.connections().await;
    let tell = |signal| processes.iter().for_each(|process| kill_process(*process, signal).unwrap());
    tell(Signal::STOP);
    theatre.turns(false).await;
    tell(Signal::CONT);
    theatre.turns(true).await;
    theatre.writes().await.unwrap();
    assert!(!theatre.server.app.ousted.is_cancelled(), "the lock was held all the time");
    theatre.server.shutdown().await;
}

#[tokio::test]
async fn clients_are_not_sent_to_a_server_that_waits_for_a_lock_of_somebody_else() {
    let theatre = theatre().await;
    theatre.others.batch_execute("BEGIN; LOCK TABLE probe IN ACCESS EXCLUSIVE MODE").await.unwrap();
    theatre.turns(false).await;
    theatre.server.app.store.public_url().await.expect("what nobody holds can be read");
    theatre.others.batch_execute("ROLLBACK").await.unwrap();
    theatre.turns(true).await;
    theatre.writes().await.unwrap();
    theatre.server.shutdown().await;
}
