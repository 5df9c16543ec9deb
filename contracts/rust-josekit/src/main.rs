//! josekit: what it makes of our tokens, and its own for us.
//!
//! One JSON document comes on standard input: `tasks`, each with what it is to `do` and the keys for
//! that as JWK. One goes out: `answers` in the same order, each with a `value` or with the reason why
//! it `refused`.

mod encrypted;
mod signed;

use std::error::Error;
use std::io;

use josekit::jwk::Jwk;
use serde_json::{Map, Value, json};

type Answer = Result<Value, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let document: Value = serde_json::from_reader(io::stdin())?;
    let tasks = document["tasks"].as_array().ok_or("no tasks")?;
    let answers: Vec<Value> = tasks.iter().map(answer).collect();
    println!("{}", json!({ "answers": answers }));
    Ok(())
}

fn answer(task: &Value) -> Value {
    let verb = match text(task, "do") {
        Ok("sign") => signed::sign,
        Ok("verify") => signed::verify,
        Ok("verify_by_set") => signed::verify_by_set,
        Ok("publish") => signed::publish,
        Ok("encrypt") => encrypted::encrypt,
        Ok("decrypt") => encrypted::decrypt,
        _ => return json!({ "refused": "not known here" }),
    };
    match verb(task) {
        Ok(value) => json!({ "value": value }),
        Err(error) => json!({ "refused": error.to_string() }),
    }
}

fn text<'a>(task: &'a Value, name: &str) -> Result<&'a str, String> {
    task[name].as_str().ok_or_else(|| format!("no {name}"))
}

fn map(value: &Value) -> Result<Map<String, Value>, String> {
    value.as_object().cloned().ok_or_else(|| "no object".into())
}

fn key(task: &Value) -> Result<Jwk, Box<dyn Error>> {
    Ok(Jwk::from_map(map(&task["key"])?)?)
}
