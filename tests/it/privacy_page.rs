//! Holds docs/PRIVACY.md to the tests: every rule names one that exists, or what it waits for.

use std::collections::HashSet;
use std::path::Path;

use syn::visit::Visit;

/// What stands in place of a test.
const OTHERWISE: [&str; 2] = ["waits: ", "by people: "];

/// The functions of a tree that are tests, or that a macro makes tests of.
#[derive(Default)]
struct Functions(HashSet<String>);

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.0.insert(function.sig.ident.to_string());
        syn::visit::visit_item_fn(self, function);
    }
}

/// What is wrong with the page. `holds` says whether a name is that of a test.
fn faults(page: &str, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule"));
    let mut faults = Vec::new();
    for row in rows {
        let Some((rule, held)) = row.trim_matches([' ', '|']).rsplit_once(" | ") else {
            faults.push(format!("no two columns: {row}"));
            continue;
        };
        if OTHERWISE.iter().any(|start| held.starts_with(start)) {
            continue;
        }
        let names: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        if names.is_empty() {
            faults.push(format!("nothing holds: {rule}"));
        }
        faults.extend(names.iter().filter(|name| !holds(name)).map(|name| format!("no {name}")));
    }
    faults
}

#[test]
fn every_rule_of_the_privacy_page_is_held_by_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    let mut functions = Functions::default();
    for folder in ["src", "tests"] {
        for text in sources(&root.join(folder)) {
            functions.visit_file(&syn::parse_file(&text).unwrap());
        }
    }
    let makefile = read("Makefile");
    let holds = |name: &str| match (name.split_once(": "), name.strip_prefix("make ")) {
        (Some((file, title)), _) => read(file).contains(&format!("test('{title}")),
        (None, Some(target)) => makefile.contains(&format!("\n{target}:")),
        (None, None) => functions.0.contains(name),
    };
    let faults = faults(&read("docs/PRIVACY.md"), holds);
    assert!(faults.is_empty(), "docs/PRIVACY.md:\n{}", faults.join("\n"));
}

fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn a_rule_without_a_test_is_found() {
    let page = "| rule | held by |\n|---|---|\n| a | `there` |\n| b | waits: issue 5 |\n\
                | c | `there`, `gone` |\n| d | somehow |\n";
    assert_eq!(faults(page, |name| name == "there"), ["no gone", "nothing holds: d"]);
}
