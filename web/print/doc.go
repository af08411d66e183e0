// Package print sets pages in PDF: A4, in English and Chinese, with fonts that are
// embedded as far as they are used, so that a page looks alike on every printer.
//
// It is the base of everything that is printed. [New] begins a document; Heading,
// Paragraph, [Document.Table] and [Document.Map] put things below each other and begin
// new pages by themselves; [Document.Write] ends it. It knows nothing of rounds, cases
// or who may see what: who calls it has asked the register, whose audit log has a row
// of that, before the first byte is written.
//
//	page, err := print.New(print.Options{Title: "Agreement", Language: "zh-Hans", Foot: "printed for anna"})
//	page.Heading("Agreement")
//	page.Paragraph("What was agreed ...")
//	err = page.Write(file)
//
// Lengths are millimetres, sizes of letters points. Latin, Greek and Cyrillic letters
// come from the Go fonts; for Chinese a TrueType font of the system is read, see
// [FontPaths].
package print
