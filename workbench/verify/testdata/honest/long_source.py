# odd: two thousand lines
# entry: f
# test: assert f(1999) == 1999
# tier: value
def f0():
    return 0


def f4():
    return 4


def f8():
    return 8


def f12():
    return 12


def f16():
    return 16


def f20():
    return 20


def f24():
    return 24


def f28():
    return 28


def f32():
    return 32


def f36():
    return 36


def f40():
    return 40


def f44():
    return 44


def f48():
    return 48


def f52():
    return 52


def f56():
    return 56


def f60():
    return 60


def f64():
    return 64


def f68():
    return 68


def f72():
    return 72


def f76():
    return 76


def f80():
    return 80


def f84():
    return 84


def f88():
    return 88


def f92():
    return 92


def f96():
    return 96


def f100():
    return 100


def f104():
    return 104


def f108():
    return 108


def f112():
    return 112


def f116():
    return 116


def f120():
    return 120


def f124():
    return 124


def f128():
    return 128


def f132():
    return 132


def f136():
    return 136


def f140():
    return 140


def f144():
    return 144


def f148():
    return 148


def f152():
    return 152


def f156():
    return 156


def f160():
    return 160


def f164():
    return 164


def f168():
    return 168


def f172():
    return 172


def f176():
    return 176


def f180():
    return 180


def f184():
    return 184


def f188():
    return 188


def f192():
    return 192


def f196():
    return 196


def f200():
    return 200


def f204():
    return 204


def f208():
    return 208


def f212():
    return 212


def f216():
    return 216


def f220():
    return 220


def f224():
    return 224


def f228():
    return 228


def f232():
    return 232


def f236():
    return 236


def f240():
    return 240


def f244():
    return 244


def f248():
    return 248


def f252():
    return 252


def f256():
    return 256


def f260():
    return 260


def f264():
    return 264


def f268():
    return 268


def f272():
    return 272


def f276():
    return 276


def f280():
    return 280


def f284():
    return 284


def f288():
    return 288


def f292():
    return 292


def f296():
    return 296


def f300():
    return 300


def f304():
    return 304


def f308():
    return 308


def f312():
    return 312


def f316():
    return 316


def f320():
    return 320


def f324():
    return 324


def f328():
    return 328


def f332():
    return 332


def f336():
    return 336


def f340():
    return 340


def f344():
    return 344


def f348():
    return 348


def f352():
    return 352


def f356():
    return 356


def f360():
    return 360


def f364():
    return 364


def f368():
    return 368


def f372():
    return 372


def f376():
    return 376


def f380():
    return 380


def f384():
    return 384


def f388():
    return 388


def f392():
    return 392


def f396():
    return 396


def f400():
    return 400


def f404():
    return 404


def f408():
    return 408


def f412():
    return 412


def f416():
    return 416


def f420():
    return 420


def f424():
    return 424


def f428():
    return 428


def f432():
    return 432


def f436():
    return 436


def f440():
    return 440


def f444():
    return 444


def f448():
    return 448


def f452():
    return 452


def f456():
    return 456


def f460():
    return 460


def f464():
    return 464


def f468():
    return 468


def f472():
    return 472


def f476():
    return 476


def f480():
    return 480


def f484():
    return 484


def f488():
    return 488


def f492():
    return 492


def f496():
    return 496


def f500():
    return 500


def f504():
    return 504


def f508():
    return 508


def f512():
    return 512


def f516():
    return 516


def f520():
    return 520


def f524():
    return 524


def f528():
    return 528


def f532():
    return 532


def f536():
    return 536


def f540():
    return 540


def f544():
    return 544


def f548():
    return 548


def f552():
    return 552


def f556():
    return 556


def f560():
    return 560


def f564():
    return 564


def f568():
    return 568


def f572():
    return 572


def f576():
    return 576


def f580():
    return 580


def f584():
    return 584


def f588():
    return 588


def f592():
    return 592


def f596():
    return 596


def f600():
    return 600


def f604():
    return 604


def f608():
    return 608


def f612():
    return 612


def f616():
    return 616


def f620():
    return 620


def f624():
    return 624


def f628():
    return 628


def f632():
    return 632


def f636():
    return 636


def f640():
    return 640


def f644():
    return 644


def f648():
    return 648


def f652():
    return 652


def f656():
    return 656


def f660():
    return 660


def f664():
    return 664


def f668():
    return 668


def f672():
    return 672


def f676():
    return 676


def f680():
    return 680


def f684():
    return 684


def f688():
    return 688


def f692():
    return 692


def f696():
    return 696


def f700():
    return 700


def f704():
    return 704


def f708():
    return 708


def f712():
    return 712


def f716():
    return 716


def f720():
    return 720


def f724():
    return 724


def f728():
    return 728


def f732():
    return 732


def f736():
    return 736


def f740():
    return 740


def f744():
    return 744


def f748():
    return 748


def f752():
    return 752


def f756():
    return 756


def f760():
    return 760


def f764():
    return 764


def f768():
    return 768


def f772():
    return 772


def f776():
    return 776


def f780():
    return 780


def f784():
    return 784


def f788():
    return 788


def f792():
    return 792


def f796():
    return 796


def f800():
    return 800


def f804():
    return 804


def f808():
    return 808


def f812():
    return 812


def f816():
    return 816


def f820():
    return 820


def f824():
    return 824


def f828():
    return 828


def f832():
    return 832


def f836():
    return 836


def f840():
    return 840


def f844():
    return 844


def f848():
    return 848


def f852():
    return 852


def f856():
    return 856


def f860():
    return 860


def f864():
    return 864


def f868():
    return 868


def f872():
    return 872


def f876():
    return 876


def f880():
    return 880


def f884():
    return 884


def f888():
    return 888


def f892():
    return 892


def f896():
    return 896


def f900():
    return 900


def f904():
    return 904


def f908():
    return 908


def f912():
    return 912


def f916():
    return 916


def f920():
    return 920


def f924():
    return 924


def f928():
    return 928


def f932():
    return 932


def f936():
    return 936


def f940():
    return 940


def f944():
    return 944


def f948():
    return 948


def f952():
    return 952


def f956():
    return 956


def f960():
    return 960


def f964():
    return 964


def f968():
    return 968


def f972():
    return 972


def f976():
    return 976


def f980():
    return 980


def f984():
    return 984


def f988():
    return 988


def f992():
    return 992


def f996():
    return 996


def f1000():
    return 1000


def f1004():
    return 1004


def f1008():
    return 1008


def f1012():
    return 1012


def f1016():
    return 1016


def f1020():
    return 1020


def f1024():
    return 1024


def f1028():
    return 1028


def f1032():
    return 1032


def f1036():
    return 1036


def f1040():
    return 1040


def f1044():
    return 1044


def f1048():
    return 1048


def f1052():
    return 1052


def f1056():
    return 1056


def f1060():
    return 1060


def f1064():
    return 1064


def f1068():
    return 1068


def f1072():
    return 1072


def f1076():
    return 1076


def f1080():
    return 1080


def f1084():
    return 1084


def f1088():
    return 1088


def f1092():
    return 1092


def f1096():
    return 1096


def f1100():
    return 1100


def f1104():
    return 1104


def f1108():
    return 1108


def f1112():
    return 1112


def f1116():
    return 1116


def f1120():
    return 1120


def f1124():
    return 1124


def f1128():
    return 1128


def f1132():
    return 1132


def f1136():
    return 1136


def f1140():
    return 1140


def f1144():
    return 1144


def f1148():
    return 1148


def f1152():
    return 1152


def f1156():
    return 1156


def f1160():
    return 1160


def f1164():
    return 1164


def f1168():
    return 1168


def f1172():
    return 1172


def f1176():
    return 1176


def f1180():
    return 1180


def f1184():
    return 1184


def f1188():
    return 1188


def f1192():
    return 1192


def f1196():
    return 1196


def f1200():
    return 1200


def f1204():
    return 1204


def f1208():
    return 1208


def f1212():
    return 1212


def f1216():
    return 1216


def f1220():
    return 1220


def f1224():
    return 1224


def f1228():
    return 1228


def f1232():
    return 1232


def f1236():
    return 1236


def f1240():
    return 1240


def f1244():
    return 1244


def f1248():
    return 1248


def f1252():
    return 1252


def f1256():
    return 1256


def f1260():
    return 1260


def f1264():
    return 1264


def f1268():
    return 1268


def f1272():
    return 1272


def f1276():
    return 1276


def f1280():
    return 1280


def f1284():
    return 1284


def f1288():
    return 1288


def f1292():
    return 1292


def f1296():
    return 1296


def f1300():
    return 1300


def f1304():
    return 1304


def f1308():
    return 1308


def f1312():
    return 1312


def f1316():
    return 1316


def f1320():
    return 1320


def f1324():
    return 1324


def f1328():
    return 1328


def f1332():
    return 1332


def f1336():
    return 1336


def f1340():
    return 1340


def f1344():
    return 1344


def f1348():
    return 1348


def f1352():
    return 1352


def f1356():
    return 1356


def f1360():
    return 1360


def f1364():
    return 1364


def f1368():
    return 1368


def f1372():
    return 1372


def f1376():
    return 1376


def f1380():
    return 1380


def f1384():
    return 1384


def f1388():
    return 1388


def f1392():
    return 1392


def f1396():
    return 1396


def f1400():
    return 1400


def f1404():
    return 1404


def f1408():
    return 1408


def f1412():
    return 1412


def f1416():
    return 1416


def f1420():
    return 1420


def f1424():
    return 1424


def f1428():
    return 1428


def f1432():
    return 1432


def f1436():
    return 1436


def f1440():
    return 1440


def f1444():
    return 1444


def f1448():
    return 1448


def f1452():
    return 1452


def f1456():
    return 1456


def f1460():
    return 1460


def f1464():
    return 1464


def f1468():
    return 1468


def f1472():
    return 1472


def f1476():
    return 1476


def f1480():
    return 1480


def f1484():
    return 1484


def f1488():
    return 1488


def f1492():
    return 1492


def f1496():
    return 1496


def f1500():
    return 1500


def f1504():
    return 1504


def f1508():
    return 1508


def f1512():
    return 1512


def f1516():
    return 1516


def f1520():
    return 1520


def f1524():
    return 1524


def f1528():
    return 1528


def f1532():
    return 1532


def f1536():
    return 1536


def f1540():
    return 1540


def f1544():
    return 1544


def f1548():
    return 1548


def f1552():
    return 1552


def f1556():
    return 1556


def f1560():
    return 1560


def f1564():
    return 1564


def f1568():
    return 1568


def f1572():
    return 1572


def f1576():
    return 1576


def f1580():
    return 1580


def f1584():
    return 1584


def f1588():
    return 1588


def f1592():
    return 1592


def f1596():
    return 1596


def f1600():
    return 1600


def f1604():
    return 1604


def f1608():
    return 1608


def f1612():
    return 1612


def f1616():
    return 1616


def f1620():
    return 1620


def f1624():
    return 1624


def f1628():
    return 1628


def f1632():
    return 1632


def f1636():
    return 1636


def f1640():
    return 1640


def f1644():
    return 1644


def f1648():
    return 1648


def f1652():
    return 1652


def f1656():
    return 1656


def f1660():
    return 1660


def f1664():
    return 1664


def f1668():
    return 1668


def f1672():
    return 1672


def f1676():
    return 1676


def f1680():
    return 1680


def f1684():
    return 1684


def f1688():
    return 1688


def f1692():
    return 1692


def f1696():
    return 1696


def f1700():
    return 1700


def f1704():
    return 1704


def f1708():
    return 1708


def f1712():
    return 1712


def f1716():
    return 1716


def f1720():
    return 1720


def f1724():
    return 1724


def f1728():
    return 1728


def f1732():
    return 1732


def f1736():
    return 1736


def f1740():
    return 1740


def f1744():
    return 1744


def f1748():
    return 1748


def f1752():
    return 1752


def f1756():
    return 1756


def f1760():
    return 1760


def f1764():
    return 1764


def f1768():
    return 1768


def f1772():
    return 1772


def f1776():
    return 1776


def f1780():
    return 1780


def f1784():
    return 1784


def f1788():
    return 1788


def f1792():
    return 1792


def f1796():
    return 1796


def f1800():
    return 1800


def f1804():
    return 1804


def f1808():
    return 1808


def f1812():
    return 1812


def f1816():
    return 1816


def f1820():
    return 1820


def f1824():
    return 1824


def f1828():
    return 1828


def f1832():
    return 1832


def f1836():
    return 1836


def f1840():
    return 1840


def f1844():
    return 1844


def f1848():
    return 1848


def f1852():
    return 1852


def f1856():
    return 1856


def f1860():
    return 1860


def f1864():
    return 1864


def f1868():
    return 1868


def f1872():
    return 1872


def f1876():
    return 1876


def f1880():
    return 1880


def f1884():
    return 1884


def f1888():
    return 1888


def f1892():
    return 1892


def f1896():
    return 1896


def f1900():
    return 1900


def f1904():
    return 1904


def f1908():
    return 1908


def f1912():
    return 1912


def f1916():
    return 1916


def f1920():
    return 1920


def f1924():
    return 1924


def f1928():
    return 1928


def f1932():
    return 1932


def f1936():
    return 1936


def f1940():
    return 1940


def f1944():
    return 1944


def f1948():
    return 1948


def f1952():
    return 1952


def f1956():
    return 1956


def f1960():
    return 1960


def f1964():
    return 1964


def f1968():
    return 1968


def f1972():
    return 1972


def f1976():
    return 1976


def f1980():
    return 1980


def f1984():
    return 1984


def f1988():
    return 1988


def f1992():
    return 1992


def f1996():
    return 1996



def f(x):
    return x
