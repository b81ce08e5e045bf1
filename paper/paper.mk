# paper.mk - make paper, paper-page

# Every number and figure in it comes from the committed results.
paper: build/paper.pdf ## the experiment as a paper, from the committed results: build/paper.pdf
paper_made := build/paper/numbers.tex
$(paper_made): $(wildcard paper/*.awk paper/*.tsv paper/*.sh) experiments/tables/columns.awk experiments/tables/query.awk $(BIN)/taso \
    $(wildcard results/*/*.tsv results/reference/profile.tsv.gz)
	paper/made.sh $(BIN)/taso results $(@D)
paper-page: build/paper.html ## the same text as one HTML page, without LaTeX: build/paper.html
paper_page := $(addprefix paper/,math.awk bib.awk html.awk)
build/paper.html: $(paper_page) paper/paper.tex paper/paper.bib $(paper_made) experiments/report/page/page.css $(wildcard results/reference/plots/*.png)
	LC_ALL=C awk -v results=results -v made=build/paper -v css=experiments/report/page/page.css $(paper_page:%=-f %) \
	    $(paper_made) paper/paper.bib paper/paper.tex >$@.tmp && mv $@.tmp $@
# bibtex writes only below the folder in which it runs.
latex = pdflatex -interaction=batchmode -halt-on-error -output-directory=../build paper.tex
build/paper.pdf: paper/paper.tex paper/paper.bib $(paper_made) $(wildcard results/reference/plots/*.pdf) | setup-latex
	cd paper && $(latex) && (cd ../build && BIBINPUTS=../paper: bibtex paper) && $(latex) && $(latex)
.PHONY: paper paper-page
