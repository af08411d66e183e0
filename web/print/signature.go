package print

// Signature draws the lines of a pen in a frame, with what stands under it. Points are x, y
// in a field of field[0] by field[1], which the frame has the shape of; height is that of
// the frame.
func (d *Document) Signature(under string, lines [][][2]int, field [2]int, height float64) {
	d.Room(height + 2*bodySize*point*leading)
	scale := height / float64(field[1])
	d.pdf.SetDrawColor(150, 150, 150)
	d.pdf.SetLineWidth(0.2)
	d.pdf.Line(margin, d.top+height, margin+float64(field[0])*scale, d.top+height)
	d.pdf.SetDrawColor(0, 0, 0)
	d.pdf.SetLineWidth(0.5)
	d.pdf.SetLineCapStyle("round")
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			from, to := line[i-1], line[i]
			d.pdf.Line(margin+float64(from[0])*scale, d.top+float64(from[1])*scale, margin+float64(to[0])*scale, d.top+float64(to[1])*scale)
		}
	}
	d.top += height + 1
	d.lines(under, bodySize, false)
	d.Space(3)
}
