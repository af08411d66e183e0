package register_test

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logLines are the methods and functions of log/slog that write, and how many
// arguments come before the keys and their values. The message is the last of these.
var logLines = map[string]int{
	"Debug": 1, "Info": 1, "Warn": 1, "Error": 1, "DebugContext": 2, "InfoContext": 2, "WarnContext": 2, "ErrorContext": 2,
	"Log": 3, "LogAttrs": 3, "With": 0, "WithGroup": 0,
}

// attributes are the functions that make one; the key comes first.
var attributes = []string{"String", "Int", "Int64", "Uint64", "Float64", "Bool", "Time", "Duration", "Any", "Group", "GroupAttrs"}

// logKeys are the keys of log lines in a file, and what cannot be judged.
func logKeys(file *ast.File) (keys, wrong []string) {
	slog := ""
	for _, imported := range file.Imports {
		switch imported.Path.Value {
		case `"log/slog"`:
			slog = "slog"
			if imported.Name != nil {
				slog = imported.Name.Name
			}
		case `"log"`, `"log/syslog"`, `"github.com/sirupsen/logrus"`:
			wrong = append(wrong, "logs around log/slog: "+imported.Path.Value)
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		// A library that wants a logger of zap gets the one that says nothing.
		if selector, is := node.(*ast.SelectorExpr); is && !selects(selector, "zap", "NewNop") {
			if of, is := selector.X.(*ast.Ident); is && of.Name == "zap" {
				wrong = append(wrong, "logs around log/slog by zap")
			}
		}
		return true
	})
	add := func(expression ast.Expr) {
		if key, is := literal(expression); is {
			keys = append(keys, key)
		} else {
			wrong = append(wrong, "a log key is no literal")
		}
	}
	// pairs are keys before values, or attributes.
	pairs := func(arguments []ast.Expr) {
		for i := 0; i < len(arguments); i += 2 {
			if attribute, is := arguments[i].(*ast.CallExpr); is && slog != "" && selects(attribute.Fun, slog, attributes...) {
				i--
				continue
			}
			add(arguments[i])
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if value, is := node.(*ast.CompositeLit); is && slog != "" && selects(value.Type, slog, "Attr") {
			wrong = append(wrong, "a slog.Attr is made by hand; use slog.String and the like")
		}
		call, is := node.(*ast.CallExpr)
		if !is {
			return true
		}
		selector, is := call.Fun.(*ast.SelectorExpr)
		if !is {
			return true
		}
		name := selector.Sel.Name
		if from, is := selector.X.(*ast.Ident); is && slog != "" && from.Name == slog && slices.Contains(attributes, name) {
			add(call.Args[0])
			if name == "Group" {
				pairs(call.Args[1:])
			}
		}
		before, writes := logLines[name]
		if !writes || !isLogger(selector.X, slog) || len(call.Args) < before {
			return true
		}
		if before > 0 {
			if _, is := literal(call.Args[before-1]); !is {
				wrong = append(wrong, "the message of a log line is no literal")
			}
		}
		pairs(call.Args[before:])
		return true
	})
	return keys, wrong
}

// isLogger knows loggers by the names that they have everywhere here, the package
// itself, and what With makes of them.
func isLogger(expression ast.Expr, slog string) bool {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name == slog && slog != "" || e.Name == "log" || e.Name == "logger"
	case *ast.SelectorExpr:
		return e.Sel.Name == "Log" || e.Sel.Name == "log" || e.Sel.Name == "logger"
	case *ast.CallExpr:
		of, is := e.Fun.(*ast.SelectorExpr)
		return is && (isLogger(of.X, slog) || selects(of, slog, "Default", "New"))
	}
	return false
}

func selects(expression ast.Expr, from string, names ...string) bool {
	selector, is := expression.(*ast.SelectorExpr)
	if !is || !slices.Contains(names, selector.Sel.Name) {
		return false
	}
	of, is := selector.X.(*ast.Ident)
	return is && of.Name == from
}

func literal(expression ast.Expr) (string, bool) {
	value, is := expression.(*ast.BasicLit)
	if !is || value.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(value.Value)
	return text, err == nil
}

func TestLogKeys_AreInTheDictionary(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../docs/dictionary/logs.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, row := range rows[1:] {
		listed[row[0]] = row[1]
		if slices.Contains(row, "") {
			t.Errorf("%s lacks something", row[0])
		}
	}
	users := map[string][]string{}
	eachGoFile(t, filepath.Join("..", ".."), func(name string, _ *token.FileSet, file *ast.File) {
		keys, wrong := logKeys(file)
		for _, problem := range wrong {
			t.Errorf("%s: %s", name, problem)
		}
		for _, key := range keys {
			if folder := path.Dir(name); !slices.Contains(users[key], folder) {
				users[key] = append(users[key], folder)
			}
		}
	})
	for key, folders := range users {
		slices.Sort(folders)
		if used := strings.Join(folders, " "); used != listed[key] {
			t.Errorf("log key %s is used by %s; docs/dictionary/logs.csv says %q", key, used, listed[key])
		}
		delete(listed, key)
	}
	for key, folders := range listed {
		if folders != "all" || !slices.Contains([]string{"time", "level", "msg"}, key) {
			t.Errorf("log key %s is in docs/dictionary/logs.csv and in no line", key)
		}
	}
}

func TestLogLint_SeesKeys(t *testing.T) {
	t.Parallel()
	const source = `package web
import ("fmt"; l "log/slog"; "log")
func lines(s server, name string) {
	s.Log.Info("one", "a", 1, l.String("b", name), "c", 2)
	l.With("d", 1).ErrorContext(nil, "two", l.Group("e", "f", 2))
	s.options.log.Warn(fmt.Sprint(name), name, 1)
	http.Error(w, name, 500)
	_ = l.Attr{Key: name}
}`
	file, err := parser.ParseFile(token.NewFileSet(), "web.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys, wrong := logKeys(file)
	slices.Sort(keys)
	if got := fmt.Sprint(keys); got != "[a b c d e f]" {
		t.Errorf("keys %s", got)
	}
	if len(wrong) != 4 {
		t.Errorf("%d objections: %q", len(wrong), wrong)
	}
}
