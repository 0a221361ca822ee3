"""The words of Adaptive Cards 1.5 as Teams draws them: which properties an element has, and what may stand there.

One line an element: `name` or `name!` (must be there), then `:` and the kind of its value; no kind means text.
A kind in angle brackets is an object of that shape, in square brackets a list of them.
"""

CHOICES: dict[str, tuple[str, ...]] = {
    "align": ("left", "center", "right"),
    "valign": ("top", "center", "bottom"),
    "height": ("auto", "stretch"),
    "spacing": ("none", "extrasmall", "small", "default", "medium", "large", "extralarge", "padding"),
    "style": ("default", "emphasis", "accent", "good", "attention", "warning"),
    "colour": ("default", "dark", "light", "accent", "good", "warning", "attention"),
    "size": ("small", "default", "medium", "large", "extralarge"),
    "weight": ("lighter", "default", "bolder"),
    "font": ("default", "monospace"),
    "textstyle": ("default", "columnheader", "heading"),
    "imagesize": ("auto", "stretch", "small", "medium", "large"),
    "imagestyle": ("default", "person", "roundedcorners"),
    "choicestyle": ("compact", "expanded", "filtered"),
    "inputstyle": ("text", "tel", "url", "email", "password"),
    "actionstyle": ("default", "positive", "destructive"),
    "mode": ("primary", "secondary"),
    "inputs": ("auto", "none"),
    "fit": ("cover", "contain", "fill"),
    "badgestyle": ("default", "subtle", "informative", "accent", "good", "attention", "warning"),
    "badgesize": ("medium", "large", "extralarge"),
    "badgeshape": ("square", "rounded", "circular"),
    "appearance": ("filled", "tint"),
    "barcolour": ("accent", "good", "warning", "attention"),
    "ringsize": ("tiny", "small", "medium", "large"),
    "place": ("before", "after", "above", "below"),
    "iconsize": ("xxsmall", "xsmall", "small", "standard", "medium", "large", "xlarge", "xxlarge"),
    "iconstyle": ("regular", "filled"),
    "colourset": ("categorical", "sequential", "sequentialred", "sequentialgreen", "sequentialyellow", "diverging"),
    "displaymode": ("absolutewithaxis", "absolutenoaxis", "parttowhole"),
    "valueformat": ("percentage", "fraction"),
    "thickness": ("thin", "thick"),
    "cardwidth": ("full",),
    "chartcolour": (
        *("good", "warning", "attention", "neutral"),
        *(
            f"categorical{c}"
            for c in ["red", "purple", "lavender", "blue", "lightblue", "teal", "green", "lime", "marigold"]
        ),
        *(
            f"diverging{c}"
            for c in ["blue", "lightblue", "cyan", "teal", "yellow", "peach", "lightred", "red", "maroon", "gray"]
        ),
        *(f"sequential{c}{n}" for c in ("", "red", "green", "yellow") for n in range(1, 9)),
    ),
}

_ANY = (
    "id isVisible:bool separator:bool spacing:spacing height:height requires:object fallback:fallback lang targetWidth"
)
_ANY += " grid.area isSortKey:bool"
_ALIGNED = f"{_ANY} horizontalAlignment:align"
_BOX = "selectAction:action style:style showBorder:bool roundedCorners:bool bleed:bool minHeight layouts:list"
_BOX += " backgroundImage:image verticalContentAlignment:valign rtl:bool maxHeight"
_INPUT = f"{_ANY} id! label isRequired:bool errorMessage valueChangedAction:object"
_CHART = f"{_ALIGNED} title showTitle:bool colorSet:colourset maxWidth showLegend:bool"
_AXES = f"{_CHART} xAxisTitle yAxisTitle color:chartcolour"
_RUN = "size:size weight:weight color:colour isSubtle:bool fontType:font"

ELEMENTS: dict[str, str] = {
    "TextBlock": f"{_ALIGNED} text! {_RUN} wrap:bool maxLines:number style:textstyle labelFor",
    "RichTextBlock": f"{_ALIGNED} inlines!:inlines labelFor",
    "Image": f"{_ALIGNED} url!:picture altText backgroundColor size:imagesize style:imagestyle width height:any"
    " selectAction:action allowExpand:bool msteams:object themedUrls:list fitMode:fit horizontalContentAlignment:align"
    " verticalContentAlignment:valign",
    "ImageSet": f"{_ALIGNED} images!:elements imageSize:imagesize",
    "Media": f"{_ANY} sources!:[source] captionSources:list poster altText",
    "FactSet": f"{_ANY} facts!:[fact]",
    "ActionSet": f"{_ALIGNED} actions!:actions",
    "Container": f"{_ALIGNED} {_BOX} items!:elements",
    "ColumnSet": f"{_ALIGNED} {_BOX} minWidth columns!:columns",
    "Column": f"{_ALIGNED} {_BOX} width:any items:elements",
    "Table": f"{_ALIGNED} style:style showBorder:bool roundedCorners:bool columns!:[width] minWidth gridStyle:style"
    " firstRowAsHeaders:bool showGridLines:bool horizontalCellContentAlignment:align"
    " verticalCellContentAlignment:valign rows!:rows",
    "TableRow": f"{_ALIGNED} showBorder:bool roundedCorners:bool style:style horizontalCellContentAlignment:align"
    " verticalCellContentAlignment:valign cells!:cells",
    "TableCell": f"{_ANY} {_BOX} items!:elements",
    "Carousel": f"{_ANY} bleed:bool minHeight pageAnimation pages!:elements",
    "CarouselPage": f"{_ANY} {_BOX} items!:elements",
    "Input.Text": f"{_INPUT} value maxLength:number isMultiline:bool placeholder style:inputstyle inlineAction:action"
    " regex",
    "Input.Number": f"{_INPUT} value:number min:number max:number placeholder",
    "Input.Date": f"{_INPUT} value min max placeholder",
    "Input.Time": f"{_INPUT} value min max placeholder",
    "Input.Toggle": f"{_INPUT} title! value valueOn valueOff wrap:bool showTitle:bool",
    "Input.ChoiceSet": f"{_INPUT} choices:[choice] choices.data:object style:choicestyle isMultiSelect:bool value"
    " placeholder wrap:bool useMultipleColumns:bool minColumnWidth",
    "Input.Rating": f"{_INPUT} value:number max:number allowHalfSteps:bool size color",
    "CodeBlock": f"{_ALIGNED} codeSnippet! language startLineNumber:number",
    "Badge": f"{_ALIGNED} text icon iconPosition:place appearance:appearance size:badgesize shape:badgeshape"
    " style:badgestyle tooltip",
    "ProgressBar": f"{_ALIGNED} value:number max:number color:barcolour",
    "ProgressRing": f"{_ALIGNED} label labelPosition:place size:ringsize",
    "Icon": f"{_ALIGNED} name! size:iconsize style:iconstyle color:colour selectAction:action",
    "Rating": f"{_ALIGNED} value:number max:number count:number size color style",
    "CompoundButton": f"{_ALIGNED} title! description icon:object badge selectAction:action",
    "Component": f"{_ALIGNED} name! properties!:object",
    "Chart.Line": f"{_AXES} data!:[series] yMin:number yMax:number",
    "Chart.VerticalBar": f"{_AXES} data!:[bar] showBarValues:bool yMin:number yMax:number",
    "Chart.VerticalBar.Grouped": f"{_AXES} data!:[series] stacked:bool showBarValues:bool yMin:number yMax:number",
    "Chart.HorizontalBar": f"{_AXES} data!:[bar] displayMode:displaymode",
    "Chart.HorizontalBar.Stacked": f"{_AXES} data!:[stack]",
    "Chart.Pie": f"{_CHART} data!:[share] value valueColor:chartcolour thickness:thickness showOutlines:bool",
    "Chart.Donut": f"{_CHART} data!:[share] value valueColor:chartcolour thickness:thickness showOutlines:bool",
    "Chart.Gauge": f"{_CHART} value!:number min:number max:number subLabel showMinMax:bool showNeedle:bool"
    " showOutlines:bool segments:[segment] valueFormat:valueformat",
}

_ACTION = "id title iconUrl style:actionstyle mode:mode tooltip isEnabled:bool requires:object fallback:fallback"
_ACTION += " menuActions:actions themedIconUrls:list"
_SENDS = "data:data associatedInputs:inputs conditionallyEnabled:bool msteams:object"
ACTIONS: dict[str, str] = {
    "Action.Execute": f"{_ACTION} {_SENDS} verb",
    "Action.Submit": f"{_ACTION} {_SENDS}",
    "Action.OpenUrl": f"{_ACTION} url!:address",
    "Action.ShowCard": f"{_ACTION} card!:card",
    "Action.ToggleVisibility": f"{_ACTION} targetElements!:targets",
    "Action.Popover": f"{_ACTION} content!:element displayArrow:bool position maxPopoverWidth",
    "Action.ResetInputs": f"{_ACTION} targetInputIds:list",
    "Action.OpenUrlDialog": f"{_ACTION} dialogTitle dialogHeight dialogWidth url:address",
    "Action.InsertImage": f"{_ACTION} url:picture altText insertPosition",
}

INLINES: dict[str, str] = {
    "TextRun": f"text! {_RUN} italic:bool strikethrough:bool highlight:bool underline:bool selectAction:action id lang"
    " isVisible:bool isSortKey:bool fallback:fallback grid.area",
    "ImageRun": "url!:picture size style selectAction:action themedUrls:list id isVisible:bool fallback:fallback",
    "IconRun": "name! size:iconsize style:iconstyle color:colour selectAction:action id isVisible:bool"
    " fallback:fallback",
}

CARD = (
    "$schema version! body:elements actions:actions msteams:<teams> refresh:refresh authentication:object fallbackText"
    " speak lang selectAction:action style:style minHeight verticalContentAlignment:valign backgroundImage:image"
    " rtl:bool metadata:object layouts:list resources:object id requires:object"
)

SHAPES: dict[str, str] = {
    "teams": "width:cardwidth entities:list",
    "fact": "title! value! key",
    "choice": "title! value! key",
    "source": "url! mimeType",
    "width": "width:any horizontalCellContentAlignment:align verticalCellContentAlignment:valign style:style key",
    "series": "legend! values!:[point] color:chartcolour key",
    "point": "x!:any y!:number key",
    "bar": "x!:any y!:number color:chartcolour key",
    "share": "legend! value!:number color:chartcolour key",
    "segment": "size:number legend color:chartcolour key",
    "stack": "title! data!:[share] key",
}
