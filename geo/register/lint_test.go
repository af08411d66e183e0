package register_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Functions of pgx that open a connection or begin a transaction on one, and the
// packages that speak to PostgreSQL around pgx.
var (
	openers = map[string]bool{
		"Connect": true, "ConnectConfig": true, "ConnectWithOptions": true, "New": true, "NewWithConfig": true,
		"BeginFunc": true, "BeginTxFunc": true, "Conn": true, "Pool": true,
	}
	pgxPackages = map[string]bool{
		"github.com/jackc/pgx/v5": true, "github.com/jackc/pgx/v5/pgxpool": true,
	}
	refusedPackages = map[string]bool{
		"github.com/jackc/pgx/v5/stdlib": true, "github.com/jackc/pgx/v5/pgconn/ctxwatch": true, "github.com/lib/pq": true,
	}
	// The register, the owner's work, and tests that look at tables as the owner.
	mayConnect = []string{"geo/register/", "migrations/"}
)

func TestQueries_GoThroughTheRegister(t *testing.T) {
	t.Parallel()
	for _, offence := range connections(t, filepath.Join("..", "..")) {
		t.Errorf("%s: only geo/register and migrations may hold a connection; use (*register.DB).As", offence)
	}
}

func TestQueryLint_SeesAConnection(t *testing.T) {
	t.Parallel()
	const source = `package web
import database "github.com/jackc/pgx/v5/pgxpool"
func open() { database.New(nil, "") }`
	file, err := parser.ParseFile(token.NewFileSet(), "web.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	if found := connectionsOf(file); len(found) != 1 {
		t.Errorf("found %d connections, want 1", len(found))
	}
}

// connections are the places under root where a file that may not opens one.
func connections(t *testing.T, root string) []string {
	t.Helper()
	var offences []string
	eachGoFile(t, root, func(name string, positions *token.FileSet, file *ast.File) {
		for _, folder := range mayConnect {
			if strings.HasPrefix(name, folder) {
				return
			}
		}
		for _, at := range connectionsOf(file) {
			offences = append(offences, positions.Position(at).String())
		}
	})
	return offences
}

// eachGoFile parses the Go files under root, tests aside; names are relative to it.
func eachGoFile(t *testing.T, root string, each func(name string, positions *token.FileSet, file *ast.File)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && path != root) && path != root {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, path, nil, 0)
		if err != nil {
			return err
		}
		files++
		each(filepath.ToSlash(relative), positions, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no files looked at")
	}
}

// connectionsOf are the uses of an opener of pgx, whatever name the import has.
func connectionsOf(file *ast.File) []token.Pos {
	var found []token.Pos
	names := map[string]bool{}
	for _, imported := range file.Imports {
		path, _ := strconv.Unquote(imported.Path.Value)
		if refusedPackages[path] {
			found = append(found, imported.Pos())
		}
		if !pgxPackages[path] {
			continue
		}
		name := "pgx"
		if strings.HasSuffix(path, "pgxpool") {
			name = "pgxpool"
		}
		if imported.Name != nil {
			name = imported.Name.Name
		}
		if name == "." {
			found = append(found, imported.Pos())
		}
		names[name] = true
	}
	ast.Inspect(file, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok || !openers[selector.Sel.Name] {
			return true
		}
		if from, ok := selector.X.(*ast.Ident); ok && names[from.Name] {
			found = append(found, selector.Pos())
		}
		return true
	})
	return found
}
